// The tray's one listener on the page: for files on their way to the uploader, and for tiles that are dragged.
// Shows the first frame of a clip that was chosen while it is being uploaded, from the browser's own copy of it.
// Large files do not go through Streamlit's uploader: `pieces` sends them.
// Files that are read in a moment must not flash, and those that failed or were cancelled must not stay.
const QUIET_MS = 250
const UPDATE_EVERY_MS = 500
const GIVEN_UP_MS = 2_000
const MOST = 3
// News that the app has not confirmed is sent again: a message may be lost when two clicks meet.
const SEND_AGAIN_MS = 4_000

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

const largeCard = (sent) => {
  const made = card(sent.file)
  const far = document.createElement("progress")
  far.max = sent.file.size
  far.setAttribute("aria-label", `How much of ${sent.file.name} has come`)
  const cancel = element("button", "cancel", "Cancel")
  cancel.type = "button"
  cancel.setAttribute("aria-label", `Cancel sending ${sent.file.name}`)
  cancel.onclick = () => pieces.cancel(sent)
  made.querySelector(".words").append(far, element("div", "far"))
  made.append(cancel)
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
  const place = { data: first, clips: [], large: new Map(), sentIds: "", sentAt: 0 }

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

  // Sends the large ones of chosen files by itself; returns the others, or null where none is large.
  const takeLarge = (files) => {
    const chosen = Array.from(files)
    const large = chosen.filter(pieces.isLarge)
    const names = chosen.map((file) => file.name)
    for (const file of large) pieces.begin(file, number(place.data.uploader), names)
    if (large.length) draw()
    return large.length ? chosen.filter((file) => !large.includes(file)) : null
  }

  const onChange = (event) => {
    if (event.target.type !== "file" || !uploader()?.contains(event.target)) return
    const others = takeLarge(event.target.files)
    if (others === null) return show(event.target.files)
    event.stopImmediatePropagation()
    fill(event.target, others)
  }
  // Files that are dropped on the uploader itself do not go through its input.
  const onUploaderDrop = (event) => {
    if (!uploader()?.contains(event.target)) return
    const files = event.dataTransfer?.files ?? []
    const others = takeLarge(files)
    if (others === null) return show(files)
    event.preventDefault()
    event.stopImmediatePropagation()
    // The uploader waits for the end of the drag that it has seen begin.
    event.target.dispatchEvent(new DragEvent("dragleave", { bubbles: true }))
    fill(uploaderInput(), others)
  }

  // Draws the progress of the large files, and tells the app what became of them.
  const draw = () => {
    for (const [sent, shown] of place.large) {
      if (pieces.isUnderWay(sent)) continue
      remove({ shown })
      place.large.delete(sent)
    }
    for (const sent of pieces.all().filter(pieces.isUnderWay)) {
      if (!place.large.has(sent)) {
        place.large.set(sent, largeCard(sent))
        list.append(place.large.get(sent))
      }
      const shown = place.large.get(sent)
      shown.querySelector("progress").value = sent.done
      shown.querySelector(".far").textContent = pieces.words(sent)
    }
    const news = pieces.news(place.data.heard)
    const ids = news.map((each) => each.id).join()
    if (news.length && (ids !== place.sentIds || Date.now() - place.sentAt > SEND_AGAIN_MS)) {
      place.sentIds = ids
      place.sentAt = Date.now()
      place.trigger("news", news)
    }
  }
  // An uploader that was replaced has handed its files over; one that is still there and uploads nothing has failed.
  const update = setInterval(() => {
    const now = Date.now()
    for (const clip of place.clips)
      if (isUploading() || clip.upload !== number(place.data.uploader)) clip.seen = now
    place.drop((clip) => now - clip.seen > GIVEN_UP_MS)
    draw()
    showLast()
  }, UPDATE_EVERY_MS)
  const tiles = dragging((move) => place.trigger("moved", move))
  const listeners = {
    ...dropping,
    ...tiles,
    change: onChange,
    dragover: (event) => [tiles.dragover, dropping.dragover].forEach((listen) => listen(event)),
    drop: (event) => [onUploaderDrop, tiles.drop, dropping.drop].forEach((listen) => listen(event)),
  }
  for (const [name, listen] of Object.entries(listeners)) document.addEventListener(name, listen, true)
  place.end = () => {
    clearInterval(update)
    for (const [name, listen] of Object.entries(listeners)) document.removeEventListener(name, listen, true)
    place.drop(() => true)
    for (const shown of place.large.values()) remove({ shown })
    places.delete(parentElement)
  }
  return place
}

export default function ({ data, parentElement, setTriggerValue }) {
  pieces.configure(data)
  if (!places.has(parentElement)) places.set(parentElement, watch(parentElement, data))
  const place = places.get(parentElement)
  place.data = data
  place.trigger = setTriggerValue
  showAttached(data.names)
  // Files of earlier uploaders have been read by now.
  place.drop((clip) => clip.upload < data.uploads)
  return place.end
}
