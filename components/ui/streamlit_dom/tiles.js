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
let followed = null
let stopFollowing = () => {}
const follow = (box) => {
  const sizes = new ResizeObserver(() => (box.scrollLeft = box.scrollWidth)) // called for each new tile, too
  const observeTiles = () => Array.from(box.children, (tile) => sizes.observe(tile))
  const tiles = new MutationObserver(observeTiles)
  stopFollowing = () => {
    sizes.disconnect()
    tiles.disconnect()
  }
  tiles.observe(box, { childList: true })
  observeTiles()
  for (const act of ["wheel", "pointerdown", "keydown", "focusin"]) box.addEventListener(act, stopFollowing, { passive: true })
}
// Called again and again: the page may build the strip anew.
const showLast = () => {
  if (followed === strip()) return
  stopFollowing()
  followed = strip()
  if (followed) follow(followed)
}

let attached = []
const showAttached = (names) => {
  const count = (list, name) => list.filter((each) => each === name).length
  if (names.some((name) => count(names, name) > count(attached, name))) followed = null
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
