// Files that are dropped anywhere on the page or pasted go the uploader's own way, as if they had been chosen there.
// The uploader's input is found at that moment: Streamlit draws a new one after each upload.
const uploader = () => document.querySelector(".st-key-attach input[type=file]")

const hasFiles = (transfer) => Array.from(transfer?.types ?? []).includes("Files")

const isInUploader = (event) => event.target instanceof Element && event.target.closest(".st-key-attach")

// A picture copied from a page or a screen is called "image.png"; several need telling apart.
let pasted = 0
const named = (file) =>
  /^image\.\w+$/.test(file.name)
    ? new File([file], file.name.replace("image", `pasted ${++pasted}`), { type: file.type })
    : file

// An input that was given files is about to be replaced: what it is given then would be lost with it. So the next
// files wait for the next input, but not for ever: an upload may have failed.
const LONGEST_WAIT_MS = 10_000
let waiting = []
let used = null
let usedAt = 0

const give = () => {
  if (waiting.length === 0) return
  const input = uploader()
  if (!input || (input === used && Date.now() - usedAt < LONGEST_WAIT_MS)) {
    setTimeout(give, 50)
    return
  }
  const transfer = new DataTransfer()
  for (const file of waiting) transfer.items.add(file)
  waiting = []
  used = input
  usedAt = Date.now()
  input.files = transfer.files
  input.dispatchEvent(new Event("change", { bubbles: true }))
}

const take = (files) => {
  waiting.push(...files)
  give()
}

const onPaste = (event) => {
  const clipboard = event.clipboardData
  // Text beside a picture (cells of a sheet, words of an office document) is what is meant to be pasted.
  if (!uploader() || !clipboard?.files.length || clipboard.types.includes("text/plain")) return
  event.preventDefault()
  take(Array.from(clipboard.files).map(named))
}

const onDragOver = (event) => {
  if (uploader() && hasFiles(event.dataTransfer) && !isInUploader(event)) event.preventDefault()
}

const onDrop = (event) => {
  if (!uploader() || !hasFiles(event.dataTransfer) || isInUploader(event)) return
  event.preventDefault()
  take(Array.from(event.dataTransfer.files))
}

// What was recorded on the page comes the same way.
const onFiles = (event) => {
  event.preventDefault()
  take(event.detail)
}

export default function () {
  document.addEventListener("paste", onPaste)
  document.addEventListener("dragover", onDragOver)
  document.addEventListener("drop", onDrop)
  document.addEventListener("playground-files", onFiles)
  return () => {
    document.removeEventListener("paste", onPaste)
    document.removeEventListener("dragover", onDragOver)
    document.removeEventListener("drop", onDrop)
    document.removeEventListener("playground-files", onFiles)
  }
}
