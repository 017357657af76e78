// Gives files to the uploader as if they had been chosen there: files that are dropped anywhere on the page, pasted or
// recorded. Stands before `arriving.js` in one module, which listens for them.
const uploader = () => document.querySelector(".st-key-attach")
// Found when it is needed: Streamlit draws a new one after each upload.
const uploaderInput = () => uploader()?.querySelector("input[type=file]")

const fill = (input, files) => {
  const transfer = new DataTransfer()
  for (const file of files) transfer.items.add(file)
  input.files = transfer.files
  if (files.length) input.dispatchEvent(new Event("change", { bubbles: true }))
}

// An input that was given files is about to be replaced, and files that it is given then are lost. So the next files
// wait for the next input, but not for ever: an upload may have failed.
const LONGEST_WAIT_MS = 10_000
let waiting = []
let used = null
let usedAt = 0

const attach = (files) => {
  waiting.push(...files)
  if (waiting.length === 0) return
  const input = uploaderInput()
  if (!input || (input === used && Date.now() - usedAt < LONGEST_WAIT_MS)) {
    setTimeout(attach, 50, [])
    return
  }
  used = input
  usedAt = Date.now()
  fill(input, waiting.splice(0))
}

// A picture copied from a page or a screen is called "image.png"; several need telling apart.
let pasted = 0
const withName = (file) =>
  /^image\.\w+$/.test(file.name)
    ? new File([file], file.name.replace("image", `pasted ${++pasted}`), { type: file.type })
    : file

const isFileDrag = (event) =>
  uploaderInput() &&
  Array.from(event.dataTransfer?.types ?? []).includes("Files") &&
  !event.target.closest?.('[data-testid="stFileUploader"]') // any uploader takes its own

const dropping = {
  paste: (event) => {
    const clipboard = event.clipboardData
    // Text beside a picture (cells of a sheet, words of an office document) is what is meant to be pasted.
    if (!uploaderInput() || !clipboard?.files.length || clipboard.types.includes("text/plain")) return
    event.preventDefault()
    attach(Array.from(clipboard.files).map(withName))
  },
  dragover: (event) => {
    if (isFileDrag(event)) event.preventDefault()
  },
  drop: (event) => {
    if (!isFileDrag(event)) return
    event.preventDefault()
    attach(Array.from(event.dataTransfer.files))
  },
  // `recording.js` sends it.
  "playground-files": (event) => {
    event.preventDefault()
    attach(event.detail)
  },
}
