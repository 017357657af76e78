// The strip of the tray: it is scrolled to what was attached last, and its tiles are dragged into another order. Stands
// before `arriving.js` in one module, which listens for the drags.
const strip = () => document.querySelector(".st-key-storyboard")
const TYPE = "application/x-playground-tile"
const TILE = /(?:^|\s)st-key-tile-(\d+)(?=\s|$)/

const tileOf = (target) => {
  for (let box = target instanceof Element ? target : target?.parentElement; box; box = box.parentElement) {
    const found = TILE.exec(box.className)
    if (found) return { box, position: Number(found[1]) }
  }
  return null
}
const draggedTile = (event) => strip()?.contains(event.target) && tileOf(event.target)
const targetTile = (event) => Array.from(event.dataTransfer?.types ?? []).includes(TYPE) && tileOf(event.target)
const unmarkTarget = () => {
  for (const box of document.querySelectorAll("[data-target]")) delete box.dataset.target
}

// The strip that was scrolled to its end. It stays there until the user does something in it: tiles may come after their
// names, and pictures are as wide as they turn out to be.
let box = null
let stopFollowing = () => {}
const follow = () => {
  const toEnd = () => {
    for (const tile of box.children) sizes.observe(tile)
    box.scrollLeft = box.scrollWidth
  }
  const sizes = new ResizeObserver(toEnd)
  const tiles = new MutationObserver(toEnd)
  stopFollowing = () => {
    sizes.disconnect()
    tiles.disconnect()
  }
  tiles.observe(box, { childList: true })
  toEnd()
  for (const act of ["wheel", "pointerdown", "keydown"]) box.addEventListener(act, stopFollowing, { passive: true })
}
// Called again and again: the page may build the strip anew.
const showLast = () => {
  if (box === strip()) return
  stopFollowing()
  box = strip()
  if (box) follow()
}

let attached = []
const showAttached = (names) => {
  const count = (list, name) => list.filter((each) => each === name).length
  if (names.some((name) => count(names, name) > count(attached, name))) box = null
  attached = [...names]
  showLast()
}

// `move` is called with the positions from and to which a tile was dragged.
const dragging = (move) => ({
  pointerdown: (event) => {
    const tile = draggedTile(event)
    if (tile && !event.target.closest?.("textarea, button")) tile.box.draggable = true
  },
  dragstart: (event) => {
    const tile = draggedTile(event)
    if (!tile) return
    event.dataTransfer.setData(TYPE, String(tile.position))
    event.dataTransfer.effectAllowed = "move"
    tile.box.dataset.dragged = ""
  },
  dragover: (event) => {
    unmarkTarget()
    const tile = targetTile(event)
    if (!tile) return
    event.preventDefault()
    tile.box.dataset.target = ""
  },
  drop: (event) => {
    const tile = targetTile(event)
    if (!tile) return
    event.preventDefault()
    const start = Number(event.dataTransfer.getData(TYPE))
    if (start !== tile.position) move({ start, end: tile.position })
  },
  dragend: () => {
    unmarkTarget()
    for (const box of document.querySelectorAll("[data-dragged]")) {
      delete box.dataset.dragged
      box.draggable = false
    }
  },
})
