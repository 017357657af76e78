// The strip of the tray: it is scrolled to what was attached last, and its tiles are dragged into another order.
const strip = () => document.querySelector(".st-key-storyboard")
const TYPE = "application/x-playground-tile"
const TILE = /(?:^|\s)st-key-tile-(\d+)(?=\s|$)/

const tileOf = (element) => {
  for (let box = element instanceof Element ? element : element?.parentElement; box; box = box.parentElement) {
    const found = TILE.exec(box.className)
    if (found) return { box, position: Number(found[1]) }
  }
  return null
}
const count = (names, name) => names.filter((each) => each === name).length
const isTile = (event) => Array.from(event.dataTransfer?.types ?? []).includes(TYPE)

let attached = []
let shown = null // the strip as it was last seen: the page may build it anew
let observer = null
const showLast = () => {
  const box = strip()
  if (!box) return
  box.scrollLeft = box.scrollWidth
  // Pictures are as wide as they turn out to be.
  observer?.disconnect()
  observer = new ResizeObserver(() => (box.scrollLeft = box.scrollWidth))
  for (const tile of box.children) observer.observe(tile)
  setTimeout(() => observer?.disconnect(), 2000)
}

export default function ({ data, setTriggerValue }) {
  const isNew = (name) => count(data.names, name) > count(attached, name)
  if (data.names.some(isNew) || shown !== strip()) setTimeout(showLast, 50)
  attached = [...data.names]
  shown = strip()

  const makeDraggable = (event) => {
    const tile = event.target instanceof Element && strip()?.contains(event.target) ? tileOf(event.target) : null
    if (tile && !event.target.closest("textarea, button")) tile.box.draggable = true
  }
  const begin = (event) => {
    const tile = strip()?.contains(event.target) ? tileOf(event.target) : null
    if (!tile) return
    event.dataTransfer.setData(TYPE, String(tile.position))
    event.dataTransfer.effectAllowed = "move"
    tile.box.dataset.dragged = ""
  }
  const over = (event) => {
    const tile = isTile(event) && tileOf(event.target)
    for (const box of strip()?.querySelectorAll("[data-target]") ?? []) delete box.dataset.target
    if (!tile) return
    event.preventDefault()
    tile.box.dataset.target = ""
  }
  const drop = (event) => {
    const tile = isTile(event) && tileOf(event.target)
    if (!tile) return
    event.preventDefault()
    const start = Number(event.dataTransfer.getData(TYPE))
    if (start !== tile.position) setTriggerValue("moved", { start, end: tile.position })
  }
  const end = () => {
    for (const box of document.querySelectorAll("[data-dragged], [data-target]")) {
      delete box.dataset.dragged
      delete box.dataset.target
      box.draggable = false
    }
  }
  const heard = { pointerdown: makeDraggable, dragstart: begin, dragover: over, drop, dragend: end }
  for (const [name, hear] of Object.entries(heard)) document.addEventListener(name, hear)
  return () => {
    for (const [name, hear] of Object.entries(heard)) document.removeEventListener(name, hear)
  }
}
