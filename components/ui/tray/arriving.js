// Shows the first frame of a clip that was chosen while it is being uploaded, from the browser's own copy of it.
// What is read in a moment shall not flash; what fails or is cancelled shall not stay.
const QUIET_MS = 250
const LOOK_MS = 500
const GIVEN_UP_MS = 2_000
const MOST = 3

const uploader = () => document.querySelector(".st-key-attach")
const isUploading = () => uploader()?.querySelector('[data-testid="stFileChipIconSpinner"]') != null
const number = (prefix) => {
  const classes = uploader()?.querySelector(`[class*="st-key-${prefix}"]`)?.className ?? ""
  return Number(classes.match(new RegExp(`st-key-${prefix}(\\d+)`))?.[1] ?? 0)
}

const element = (tag, className, text = "") => {
  const made = document.createElement(tag)
  made.className = className
  made.textContent = text
  return made
}

const card = (file) => {
  const made = element("div", "clip")
  const video = document.createElement("video")
  const note = element("div", "note", "On its way to the app …")
  video.muted = true
  video.playsInline = true
  video.tabIndex = -1
  video.setAttribute("aria-hidden", "true")
  // Where the browser cannot show it, the app may still read it.
  video.onerror = () => video.remove()
  video.onloadeddata = () => {
    note.textContent = "Its first frame, shown by this browser while the clip is on its way. The app then takes the frames that are sent."
  }
  // Some browsers draw no frame before they are sent to a place.
  video.src = `${URL.createObjectURL(file)}#t=0.001`
  const words = element("div", "words")
  words.append(element("div", "name", `${file.name} · ${(file.size / 1e6).toFixed(1)} MB`), note)
  made.append(video, words)
  return made
}

const remove = (clip) => {
  const video = clip.shown.querySelector("video")
  if (video) {
    URL.revokeObjectURL(video.src.split("#")[0])
    video.onerror = null
    video.removeAttribute("src")
  }
  clip.shown.remove()
}

// One for each place on the page: Streamlit calls the function below again whenever its data change.
const places = new WeakMap()

const watch = (parentElement, first) => {
  const list = parentElement.querySelector(".clips")
  const place = { data: first, clips: [] }

  place.drop = (isGone) => {
    for (const clip of place.clips.filter(isGone)) remove(clip)
    place.clips = place.clips.filter((clip) => !isGone(clip))
  }

  const show = (files) => {
    const { endings, uploader: prefix } = place.data
    const wanted = Array.from(files).filter((file) => endings.includes(file.name.split(".").pop().toLowerCase()))
    for (const file of wanted.slice(0, MOST)) {
      const clip = { upload: number(prefix), shown: card(file), seen: Date.now() }
      place.clips.push(clip)
      clip.shown.hidden = true
      list.append(clip.shown)
      setTimeout(() => (clip.shown.hidden = false), QUIET_MS)
    }
  }

  const onChange = (event) => {
    if (event.target.type === "file" && uploader()?.contains(event.target)) show(event.target.files)
  }
  // Files that are dropped on the uploader itself do not go through its input.
  const onDrop = (event) => {
    if (uploader()?.contains(event.target)) show(event.dataTransfer?.files ?? [])
  }
  // An uploader that was replaced has handed its files over; one that stands and uploads nothing has failed.
  const look = setInterval(() => {
    const now = Date.now()
    for (const clip of place.clips)
      if (isUploading() || clip.upload !== number(place.data.uploader)) clip.seen = now
    place.drop((clip) => now - clip.seen > GIVEN_UP_MS)
  }, LOOK_MS)
  document.addEventListener("change", onChange, true)
  document.addEventListener("drop", onDrop, true)
  place.end = () => {
    clearInterval(look)
    document.removeEventListener("change", onChange, true)
    document.removeEventListener("drop", onDrop, true)
    place.drop(() => true)
    places.delete(parentElement)
  }
  return place
}

export default function ({ data, parentElement }) {
  if (!places.has(parentElement)) places.set(parentElement, watch(parentElement, data))
  const place = places.get(parentElement)
  place.data = data
  // What was uploaded before the present uploader has been read by now.
  place.drop((clip) => clip.upload < data.uploads)
  return place.end
}
