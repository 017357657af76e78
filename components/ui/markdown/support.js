const SAID_MS = 1500

// Formulas: the TeX that stood there is kept for whoever copies it.
const setFormula = (place) => {
  const markup = place.dataset.mathml
  place.dataset.tex = place.textContent
  place.removeAttribute("data-mathml")
  place.innerHTML = markup
}

const colour = (code) => {
  const text = code.textContent
  const pieces = document.createDocumentFragment()
  let at = 0
  for (const [, kind, size] of code.dataset.colours.matchAll(/([a-z.])(\d+)/g)) {
    const piece = text.slice(at, (at += Number(size)))
    if (kind === ".") pieces.append(piece)
    else {
      const span = document.createElement("span")
      span.className = kind
      span.textContent = piece
      pieces.append(span)
    }
  }
  pieces.append(text.slice(at))
  code.removeAttribute("data-colours")
  code.replaceChildren(pieces)
}

const button = (kind, words) => {
  const made = document.createElement("button")
  made.type = "button"
  made.className = kind
  made.ariaLabel = words // what is seen on it is written by the style sheet: it is no part of the text
  return made
}

const finish = (root) => {
  for (const link of root.querySelectorAll('.md a[href]:not(.chip, [target="_blank"])')) {
    link.target = "_blank"
    link.rel = "noopener noreferrer nofollow"
  }
  for (const box of root.querySelectorAll(".md .code:not(:has(> button))")) {
    if ("draws" in box.dataset) box.prepend(button("draw", "Draw the picture"))
    box.prepend(button("copy", "Copy the code"))
  }
  for (const place of root.querySelectorAll(".md [data-mathml]")) setFormula(place)
  for (const code of root.querySelectorAll(".md [data-colours]")) colour(code)
}

// Without a secure context (plain HTTP from another machine) the browser has no clipboard to write to, only a command.
const write = async (text) => {
  if (navigator.clipboard) return navigator.clipboard.writeText(text)
  const box = document.createElement("textarea")
  box.value = text
  box.style.position = "fixed"
  box.style.opacity = "0"
  document.body.append(box)
  box.select()
  const done = document.execCommand("copy")
  box.remove()
  if (!done) throw new Error("refused")
}

const copyCode = async (on) => {
  clearTimeout(on.timer)
  try {
    await write(on.closest(".code").querySelector("code").textContent)
    on.dataset.said = "Copied"
  } catch {
    on.dataset.said = "Not allowed"
  }
  on.timer = setTimeout(() => delete on.dataset.said, SAID_MS)
}

// A picture in an image element runs no script and fetches nothing, whatever it asks for.
const drawPicture = async (on, module) => {
  const box = on.closest(".code")
  const shown = box.querySelector(".drawing")
  if (shown) return shown.remove()
  const place = document.createElement("div")
  place.className = "drawing"
  box.append(place)
  const source = box.querySelector("code").textContent
  try {
    const picture = new Image()
    picture.alt = "The picture that the code draws"
    const svg = box.dataset.language.toLowerCase() === "mermaid" ? await diagram(source, module) : source
    picture.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(svg)
    await picture.decode().catch(() => { throw new Error("this is no SVG picture that a browser can draw.") })
    place.replaceChildren(picture)
  } catch (error) {
    place.replaceChildren(`Not drawn: ${error.message}`)
  }
}

// A footnote stands in the same text as its mark: in the pane, or in whatever else holds both.
const goToFootnote = (mark) => {
  const wanted = mark.dataset.toFootnote
  for (let around = mark.closest(".md"); around; around = around.parentElement) {
    const note = [...around.querySelectorAll("[data-footnote]")].find((one) => one.dataset.footnote === wanted)
    if (note) return note.scrollIntoView({ block: "nearest", behavior: "smooth" })
  }
}

const clicked = (event, module) => {
  const on = event.target.closest?.(".md .code button, .md .footnote-mark")
  if (!on) return
  if (on.matches(".copy")) copyCode(on)
  else if (on.matches(".draw")) drawPicture(on, module)
  else goToFootnote(on)
}

// What is copied of a formula is its TeX. The browser's own text has the line breaks of blocks, but only on the page.
const onCopy = (event) => {
  const selection = getSelection()
  if (!selection?.rangeCount || selection.isCollapsed) return
  const picked = document.createElement("div")
  for (let at = 0; at < selection.rangeCount; at++) picked.append(selection.getRangeAt(at).cloneContents())
  const formulas = picked.querySelectorAll("[data-tex]")
  const inside = selection.anchorNode?.parentElement?.closest("[data-tex]")
  if (!formulas.length && !inside) return
  for (const formula of formulas) formula.replaceChildren(formula.dataset.tex)
  picked.className = "md"
  picked.style.cssText = "position: fixed; left: -100vw; width: 50vw"
  document.body.append(picked)
  const text = formulas.length ? picked.innerText : inside.dataset.tex
  picked.remove()
  picked.removeAttribute("style")
  event.clipboardData.setData("text/plain", text)
  if (formulas.length) event.clipboardData.setData("text/html", picked.innerHTML)
  event.preventDefault()
}

export default function ({ data }) {
  const onClick = (event) => clicked(event, data.mermaid)
  const changes = new MutationObserver((records) => {
    for (const { addedNodes } of records)
      for (const node of addedNodes)
        if (node.nodeType === Node.ELEMENT_NODE) finish(node)
  })
  changes.observe(document.body, { childList: true, subtree: true })
  document.addEventListener("click", onClick)
  document.addEventListener("copy", onCopy)
  finish(document)
  return () => {
    changes.disconnect()
    document.removeEventListener("click", onClick)
    document.removeEventListener("copy", onCopy)
  }
}
