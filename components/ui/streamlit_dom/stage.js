// Follows what is being written, and gives it the room between the top of the page and the composer.
//
// The server marks the live scene by an element of the class `stage-live`: `data-scene` is the key of the container of
// question, panes and figures, `data-run` another text for each reply. Everything else is read from the page, so that
// nothing has to be sent while a reply streams.

const MAIN = '[data-testid="stMain"], [data-testid="stAppScrollToBottomContainer"]'
const PANE = '[class*="st-key-pane-"]'
const THINKING = '[class*="st-key-pane-thinking-"]'
const GROUP = '[class*="st-key-panes-"]'
// What fills the room: the panes of a turn, or the columns of a comparison with theirs.
const FRAME = '[class*="st-key-replies-"]'
// Of the height beyond this, the question may keep a share while its answer is written; the rest is for the panes.
const PANES_PX = 300
const QUESTION_SHARE = 0.5
// Smaller differences are rounding of the browser, or the rest of a notch of the wheel.
const NEAR_PX = 4

const keyed = (key) => document.querySelector(`.st-key-${CSS.escape(key)}`)
const main = () => document.querySelector(MAIN)
const atEnd = (box) => box.scrollHeight - box.clientHeight - box.scrollTop <= NEAR_PX

let live = null // {scene, run}
let following = true // the page stays at the live scene
let shown = { scene: "" } // the data of the last drawing
let newest = null // the button
let selected = null // what the reader has selected in a pane
const followed = new WeakMap() // pane -> {following, its text, height of all of it}

const follows = (pane) => followed.get(pane)?.following ?? true
// A reply of a comparison may have ended while others are written.
const isWritten = (pane) => headOf(pane)?.dataset.thinking === "live"
const panesOf = (scene) => [...scene.querySelectorAll(PANE)].filter(isWritten)
const note = (pane, known) => followed.set(pane, { ...followed.get(pane), ...known })
const setFollows = (pane, following) => note(pane, { following })

// ---- the room

const room = () => {
  const box = main().getBoundingClientRect()
  let top = box.top
  for (const bar of document.querySelectorAll('[data-testid="stHeader"], .st-key-header')) {
    const { bottom, height } = bar.getBoundingClientRect()
    if (height && getComputedStyle(bar).visibility !== "hidden") top = Math.max(top, bottom)
  }
  const foot = document.querySelector('[data-testid="stBottom"]')
  const bottom = foot?.offsetHeight ? Math.min(box.bottom, foot.getBoundingClientRect().top) : box.bottom
  return { top, bottom, height: Math.max(0, bottom - top) }
}

const fill = (scene) => {
  const frame = (scene.querySelector(FRAME) ?? scene.querySelector(GROUP))?.getBoundingClientRect()
  if (!frame) return
  const { height } = room()
  const box = scene.getBoundingClientRect()
  const above = frame.top - box.top
  const below = box.bottom - frame.bottom
  const question = Math.min(above, Math.max(0, height - PANES_PX) * QUESTION_SHARE)
  const panes = `${Math.max(96, Math.floor(height - below - question - 8))}px`
  // Set again, though to the same, it costs a look at the style of every word of the scene.
  if (scene.style.getPropertyValue("--stage-panes") !== panes) scene.style.setProperty("--stage-panes", panes)
}

const align = (scene) => {
  const { bottom } = room()
  const box = scene.getBoundingClientRect()
  const by = box.bottom - bottom
  if (Math.abs(by) > 0.5) main().scrollTop += by
  noteScroll(box.height)
}
let passed = { top: 0, height: 0, scene: 0 } // how the page was last left by this script, and the height of its live scene
const noteScroll = (scene) => (passed = { top: main().scrollTop, height: main().scrollHeight, scene })

// ---- what changes

// Notes which panes are being written; returns whether any is.
const written = (records) => {
  const panes = new Set()
  for (const { target } of records) {
    const pane = (target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement)?.closest(PANE)
    if (pane) panes.add(pane)
  }
  for (const pane of panes) {
    const before = followed.get(pane)?.text ?? ""
    const text = pane.textContent
    note(pane, { text })
    // Where its open end is drawn anew it is shorter for a moment.
    if (!before.startsWith(text)) noteWritten(pane)
  }
  return panes.size > 0
}

const noteWritten = (pane) => {
  const group = pane.closest(GROUP)
  if (!group) return
  const name = /st-key-pane-(\w+)/.exec(pane.className)[1]
  if (group.dataset.written !== name) group.dataset.written = name
  group.toggleAttribute("data-unthought", !group.querySelector(THINKING)?.textContent.trim())
}

const begin = (scene, run) => {
  for (const other of document.querySelectorAll("[data-stage]")) {
    delete other.dataset.stage
    other.style.removeProperty("min-height")
  }
  scene.dataset.stage = "live"
  // What stands here now is the new reply, not the old one that `message_box.js` keeps out of sight.
  for (const reply of scene.querySelectorAll("[data-replaced]")) delete reply.dataset.replaced
  live = { scene, run }
  following = true
  for (const group of scene.querySelectorAll(GROUP)) {
    delete group.dataset.written
    delete group.dataset.unthought
    // The first words may have come before the mark: where one pane has text, it is the one that is written.
    const panes = [...group.querySelectorAll(PANE)].filter((pane) => pane.textContent)
    if (panes.length === 1) noteWritten(panes[0])
  }
  // After a tool, or where it is continued, a reply goes on under what it has said: that is not being written.
  for (const pane of scene.querySelectorAll(PANE)) followed.set(pane, { following: true, text: pane.textContent })
}

// The panes open out. Who followed reads on at the beginning of the answer, who had stopped stays at the line there.
// The page may just be drawn anew, and for a moment so short that it was pulled down: then it goes back to where it was.
const end = () => {
  const { scene } = live
  live = null
  if (!scene.isConnected) return
  const pulled = following ? Math.max(0, passed.top - main().scrollTop) : 0
  const reading = [...scene.querySelectorAll(PANE)].find((pane) => !follows(pane) && pane.scrollTop > 0)
  const line = reading && firstSeen(reading)
  const before = line?.getBoundingClientRect().top - pulled
  if (reading && /st-key-pane-thinking/.test(reading.className)) fold(headOf(reading), false)
  const height = Math.max(scene.getBoundingClientRect().height, following ? passed.scene : 0)
  scene.dataset.stage = "ended"
  scene.style.minHeight = `${height}px` // or the page would be pulled down under a short answer
  main().scrollTop += line ? line.getBoundingClientRect().top - before : pulled
}

const firstSeen = (pane) => {
  const top = pane.getBoundingClientRect().top
  const within = [...pane.querySelectorAll("p, li, pre, tr, h1, h2, h3, h4, h5, h6, blockquote")]
  return within.find((element) => element.getBoundingClientRect().bottom > top)
}

const update = () => {
  cancelAnimationFrame(waiting)
  waiting = null
  if (!main()) return
  const mark = [...document.querySelectorAll(".stage-live")].at(-1)
  const scene = mark && keyed(mark.dataset.scene)
  if (scene) {
    const run = mark.dataset.run
    if (live?.scene !== scene || scene.dataset.stage !== "live" || live.run !== run) begin(scene, run)
    fill(scene)
    for (const pane of scene.querySelectorAll(PANE)) {
      note(pane, { height: pane.scrollHeight })
      if (!follows(pane)) continue
      pane.scrollTop = isWritten(pane) ? pane.scrollHeight : 0
      if (!isWritten(pane)) setFollows(pane, false)
    }
    if (following) align(scene)
  } else if (live) {
    end()
  }
  hideFolded()
  offerNewest()
}
let waiting = null
const soon = () => {
  waiting ??= requestAnimationFrame(update)
}

const changed = (records) => {
  const more = written(records)
  keepSelection()
  // New text is never out of sight, not even until the next frame.
  if (more) update()
  else soon()
}

// ---- what the reader does

const stop = (target) => {
  const pane = target instanceof Element ? target.closest(`[data-stage="live"] ${PANE}`) : null
  if (pane && pane.scrollTop > 0) setFollows(pane, false)
  else following = false
  soon()
}

const inPage = (target) => target instanceof Node && main()?.contains(target) && !keyed("composer")?.contains(target)
const onWheel = (event) => {
  if (live && event.deltaY < 0 && inPage(event.target)) stop(event.target)
}
const onTouch = (event) => {
  if (live && inPage(event.target) && !event.target.closest?.("button, a")) stop(event.target)
}
const onPress = (event) => {
  const box = event.target
  // The scroll bar is outside of what a box shows of itself.
  if (live && box instanceof Element && (box === main() || box.matches(PANE)) && event.offsetX >= box.clientWidth) stop(box)
}
const onScroll = (event) => {
  if (!live) return
  const box = event.target
  if (box === main()) {
    if (!document.querySelector(".stage-live")) return // the reply is over, and the page is being drawn anew
    // A page that has become shorter was scrolled by its layout, not by the reader.
    const shorter = box.scrollHeight < passed.height - NEAR_PX
    if (box.scrollTop < passed.top - NEAR_PX && !shorter) following = false
    else if (atEnd(box) || live.scene.getBoundingClientRect().bottom <= room().bottom + NEAR_PX) following = true
    soon()
  } else if (box instanceof Element && box.matches(`[data-stage="live"] ${PANE}`)) {
    // A pane whose open end is drawn anew is shorter for a moment: then its end came to the reader, not the reader to it.
    const shorter = box.scrollHeight < (followed.get(box)?.height ?? 0)
    if (atEnd(box) && !shorter && !heldSelection(box)) setFollows(box, true)
    soon()
  }
}
const onKey = (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return
  const up = event.key === "PageUp"
  if (!up && event.key !== "PageDown") return
  const field = event.target.closest?.("textarea, input, [contenteditable]")
  if (field && (!keyed("composer")?.contains(field) || field.value.includes("\n"))) return
  const box = live ? activePane() : main()
  if (!box || (event.target.closest?.('[role="dialog"]'))) return
  event.preventDefault()
  const scroller = box.scrollHeight > box.clientHeight + 1 ? box : main()
  if (live && up) stop(scroller === main() ? null : scroller)
  scroller.scrollBy({ top: (up ? -0.9 : 0.9) * scroller.clientHeight })
}
const activePane = () => {
  const group = live.scene.querySelector(GROUP)
  const panes = [...(group?.querySelectorAll(PANE) ?? [])].filter((pane) => pane.textContent)
  // The first words of a reply may have come before the mark that it is live.
  return panes.find((pane) => pane.className.includes(`st-key-pane-${group.dataset.written}-`)) ?? panes.at(-1)
}

const onClick = (event) => {
  const head = event.target.closest?.("button.pane-head")
  if (!head || head.dataset.thinking === "live") return
  fold(head, head.dataset.thinking !== "folded")
  hideFolded()
}

// ---- folded thinking: out of sight, and still found by the browser's search

const headOf = (pane) => pane.closest(GROUP)?.querySelector("button.pane-head")
const fold = (head, folded) => {
  if (!head || head.dataset.thinking === "none") return
  head.dataset.thinking = folded ? "folded" : "open"
  head.setAttribute("aria-expanded", String(!folded))
}
const hideFolded = () => {
  for (const head of document.querySelectorAll("button.pane-head")) {
    const pane = keyed(head.dataset.controls)
    if (!pane) continue
    const folded = head.dataset.thinking === "folded"
    if (folded === pane.hasAttribute("hidden")) continue
    if (folded) {
      pane.setAttribute("hidden", "until-found")
      pane.onbeforematch = () => {
        fold(head, false)
        hideFolded()
      }
    } else pane.removeAttribute("hidden")
  }
}

// ---- what is selected stays selected when the tail of a text is drawn anew

const heldSelection = (pane) => selected?.pane === pane
const onSelection = () => {
  const selection = getSelection()
  if (!live || !selection.rangeCount || selection.isCollapsed) {
    if (!restoring) selected = null
    return
  }
  const range = selection.getRangeAt(0)
  const pane = (range.commonAncestorContainer.parentElement ?? range.commonAncestorContainer).closest?.(`[data-stage="live"] ${PANE}`)
  if (!pane) return
  const before = document.createRange()
  before.setStart(pane, 0)
  before.setEnd(range.startContainer, range.startOffset)
  const start = before.toString().length
  selected = { pane, start, text: range.toString() }
  setFollows(pane, false)
  soon()
}
let restoring = false
const keepSelection = () => {
  if (!selected || !selected.pane.isConnected || getSelection().toString() === selected.text) return
  const { pane, start, text } = selected
  const from = placeAt(pane, start)
  const to = placeAt(pane, start + text.length)
  if (!from || !to) return
  restoring = true
  getSelection().setBaseAndExtent(...from, ...to)
  setTimeout(() => (restoring = false))
}
const placeAt = (pane, offset) => {
  const walker = document.createTreeWalker(pane, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (offset <= node.length) return [node, offset]
    offset -= node.length
  }
  return null
}

// ---- the way back to the end

const offerNewest = () => {
  const behind = live && (!following || panesOf(live.scene).some((pane) => !follows(pane) && !atEnd(pane)))
  newest.hidden = !behind
  if (behind) newest.style.bottom = `${innerHeight - room().bottom + 10}px`
  if (behind) {
    const { left, right } = main().getBoundingClientRect()
    newest.style.left = `${(left + right) / 2}px`
  }
}
const goToNewest = () => {
  following = true
  selected = null
  for (const pane of live ? panesOf(live.scene) : []) setFollows(pane, true)
  soon()
}

// ---- the page as it is opened, and a reply that was over before it was seen: both stand at their beginning

const numberOf = (scene) => Number(/\d+$/.exec(scene)?.[0] ?? 0)

const goTo = (data) => {
  const { of, scene, run } = shown
  shown = data
  const further = of === data.of && numberOf(data.scene) >= numberOf(scene) && data.run !== run
  if (!data.scene || (of === data.of && !further)) return
  const seek = (tries) => {
    if (live || document.querySelector(".stage-live")) return // it is followed
    const found = keyed(data.scene)
    if (!found) return tries ? setTimeout(seek, 50, tries - 1) : undefined
    main().scrollTop += found.getBoundingClientRect().top - room().top - 8
  }
  requestAnimationFrame(() => seek(60))
}

export default function ({ data, parentElement }) {
  newest = parentElement.querySelector("button")
  newest.onclick = goToNewest
  goTo(data)
  const changes = new MutationObserver(changed)
  changes.observe(document.body, { childList: true, subtree: true, characterData: true })
  const sizes = new ResizeObserver(soon)
  for (const bar of document.querySelectorAll('[data-testid="stBottom"], [data-testid="stHeader"]')) sizes.observe(bar)
  const passive = { capture: true, passive: true }
  const listeners = [
    ["wheel", onWheel], ["touchstart", onTouch], ["pointerdown", onPress], ["scroll", onScroll],
    ["selectionchange", onSelection], ["click", onClick],
  ]
  for (const [name, listen] of listeners) document.addEventListener(name, listen, passive)
  document.addEventListener("keydown", onKey, true)
  window.addEventListener("resize", soon)
  update()
  return () => {
    changes.disconnect()
    sizes.disconnect()
    for (const [name, listen] of listeners) document.removeEventListener(name, listen, passive)
    document.removeEventListener("keydown", onKey, true)
    window.removeEventListener("resize", soon)
  }
}
