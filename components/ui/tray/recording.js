// Records a clip from the camera or the screen, in the browser alone, and gives it to the uploader like a file that is
// dropped. Drawn twice: the buttons that start a recording ("start") and the recording under way ("state").
const UPDATE_EVERY_MS = 250
const CHUNK_MS = 1_000
// A keyframe each second, so that frames are quick to find. Browsers that do not know the option ignore it.
const KEYFRAME_MS = 1_000
// Types that browsers write and this app reads; the quickest to encode first, so that the screen does not stutter.
const TYPES = ["video/webm;codecs=vp8", "video/webm", "video/mp4"]
const WORDS = { camera: "the camera", screen: "the screen" }

// One for the page, not for each component: a recording outlives both.
const places = new Map()
let recording = null // {kind, recorder, stream, chunks, bytes, began, limits}
let problem = ""
let asking = ""
let finished = []

const draw = () => places.forEach((show) => show())

const why = (kind) => {
  if (!window.isSecureContext || !navigator.mediaDevices?.getUserMedia) {
    return "Browsers record on pages with https:// or on this machine itself only; attach a file instead."
  }
  if (!window.MediaRecorder || !TYPES.some((type) => MediaRecorder.isTypeSupported(type))) {
    return "This browser cannot record clips; record with another program and attach the file."
  }
  if (kind === "screen" && !navigator.mediaDevices.getDisplayMedia) {
    return "This browser cannot record the screen."
  }
  return ""
}

const refused = (kind, error) => {
  if (kind === "screen" && error.name === "NotAllowedError") {
    return "Nothing is recorded: no screen was chosen, or the browser may not record it."
  }
  const sentences = {
    NotAllowedError: "Nothing is recorded: the browser was not allowed to use the camera. Allow it beside the page's address and try again.",
    NotFoundError: "Nothing is recorded: no camera was found.",
    NotReadableError: "Nothing is recorded: the camera cannot be read; another program may be using it.",
  }
  return sentences[error.name] ?? `Nothing is recorded: ${error.message || error.name}`
}

const end = () => {
  const { recorder } = recording ?? {}
  if (recorder && recorder.state !== "inactive") recorder.stop()
}

const fileOf = ({ kind, recorder, chunks, began }) => {
  const type = recorder.mimeType || "video/webm"
  const two = (number) => String(number).padStart(2, "0")
  const at = new Date(began)
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(".")
  return new File(chunks, `${kind} ${time}.${type.includes("mp4") ? "mp4" : "webm"}`, { type: type.split(";")[0] })
}

// Gives the files to the uploader, or waits until there is a page with one.
const handOver = () => {
  if (places.size === 0 || finished.length === 0) return
  // `drop.js` attaches them and prevents the default.
  const isLeft = document.dispatchEvent(new CustomEvent("playground-files", { detail: finished, cancelable: true }))
  if (isLeft) setTimeout(handOver, UPDATE_EVERY_MS)
  else finished = []
}

const leaving = (event) => event.preventDefault()

const begin = async (kind, limits) => {
  if (recording || asking) return
  problem = why(kind)
  if (problem) return draw()
  asking = kind
  draw()
  let stream
  try {
    // Without sound: the model takes none, and nobody is asked for a microphone.
    stream =
      kind === "screen"
        ? await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { max: 30 } }, audio: false })
        : await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 1280 }, facingMode: "environment" }, audio: false })
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type))
    const recorder = new MediaRecorder(stream, { mimeType, videoKeyFrameIntervalDuration: KEYFRAME_MS })
    const made = { kind, recorder, stream, chunks: [], bytes: 0, largest: 0, began: Date.now(), limits, discarded: false, words: "" }
    recorder.ondataavailable = ({ data }) => {
      made.chunks.push(data)
      made.bytes += data.size
      made.largest = Math.max(made.largest, data.size)
      // The next piece may be larger than the largest so far.
      if (made.bytes + 3 * made.largest > limits.bytes) {
        made.words = `The recording has ended by itself: a clip may have ${Math.round(limits.bytes / 1e6)} MB.`
        end()
      }
    }
    recorder.onerror = ({ error }) => {
      made.words = `The recording broke off (${error?.name ?? "unknown error"}); what came before is kept.`
      end()
    }
    recorder.onstop = () => {
      clearInterval(made.timer)
      removeEventListener("beforeunload", leaving)
      stream.getTracks().forEach((track) => track.stop())
      recording = null
      problem = made.words
      if (!made.discarded) {
        if (made.bytes) finished.push(fileOf(made))
        else problem = "Nothing was recorded: no picture came."
      }
      draw()
      handOver()
    }
    // The browser has a Stop of its own, and cameras are pulled out.
    stream.getVideoTracks()[0].addEventListener("ended", end)
    made.timer = setInterval(() => {
      if (Date.now() - made.began >= limits.seconds * 1000) {
        made.words = `The recording has ended by itself after ${limits.seconds / 60} minutes, the most there can be.`
        end()
      }
      draw()
    }, UPDATE_EVERY_MS)
    addEventListener("beforeunload", leaving)
    recorder.start(CHUNK_MS)
    recording = made
  } catch (error) {
    stream?.getTracks().forEach((track) => track.stop())
    problem = refused(kind, error)
  }
  asking = ""
  draw()
}

const minutes = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds) % 60).padStart(2, "0")}`

const showStart = (parentElement, data, tell) => {
  parentElement.querySelector(".start").hidden = false
  const note = parentElement.querySelector(".note")
  const able = ["camera", "screen"].filter((kind) => !why(kind))
  for (const kind of ["camera", "screen"]) {
    const button = parentElement.querySelector(`button.${kind}`)
    button.hidden = !able.includes(kind)
    button.disabled = recording !== null || asking !== ""
    // The popover is closed then: it would cover the outcome, which is shown beside the message box.
    button.onclick = () => begin(kind, data).then(tell)
  }
  const most = `Without sound; at most ${data.seconds / 60} minutes and ${Math.round(data.bytes / 1e6)} MB.`
  note.textContent = why("camera") || `${most} ${why("screen")}`
}

const showState = (parentElement) => {
  parentElement.querySelector(".state").hidden = false
  const bar = parentElement.querySelector(".bar")
  const live = bar.querySelector("video")
  const shown = recording
  bar.hidden = !shown
  if ((live.srcObject ?? null) !== (shown?.stream ?? null)) {
    live.srcObject = shown?.stream ?? null
    if (shown) live.play().catch(() => {})
  }
  if (shown) {
    const seconds = (Date.now() - shown.began) / 1000
    bar.querySelector(".what").textContent = `Recording ${WORDS[shown.kind]}`
    bar.querySelector(".how-long").textContent =
      `${minutes(seconds)} of ${minutes(shown.limits.seconds)} · ${(shown.bytes / 1e6).toFixed(1)} MB`
    bar.querySelector(".stop").onclick = end
    bar.querySelector(".discard").onclick = () => {
      shown.discarded = true
      end()
    }
  }
  const alert = parentElement.querySelector(".problem")
  const words = asking ? `The browser asks whether ${WORDS[asking]} may be recorded …` : problem
  if (alert.querySelector("span").textContent !== words) alert.querySelector("span").textContent = words
  alert.hidden = !words
  const close = alert.querySelector("button")
  close.hidden = asking !== ""
  close.onclick = () => {
    problem = ""
    draw()
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const tell = () => setTriggerValue("begun", true)
  const show = data.role === "start" ? () => showStart(parentElement, data, tell) : () => showState(parentElement)
  places.set(parentElement, show)
  show()
  handOver()
  return () => {
    places.delete(parentElement)
    // A component that is drawn anew is back in a moment; without any the recording would go on unseen.
    setTimeout(() => {
      if (places.size === 0) end()
    }, 4 * UPDATE_EVERY_MS)
  }
}
