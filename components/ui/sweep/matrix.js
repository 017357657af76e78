// The places of a matrix that are in view, of however many there are, and the keys that lead from one to the next.
// What a matrix holds comes once, packed, by a part of its own that draws nothing; what is shown of it comes apart.
const tables = new Map() // by what they hold -> the promise of a table
const MOST_TABLES = 4
const AROUND = 2 // lines and columns drawn beyond what is in view
const SIZES = {
  matrix: { head: 76, line: 138, column: 236, narrow: 190 },
  grid: { head: 48, line: 62, column: 132, narrow: 104 },
}
const SIDE = 220
const NARROW_SIDE = 104
const NARROW = 640
const LONGEST_WAIT_MS = 8_000
const SETTLED_MS = 500 // without a change of its height the opened cell is drawn
const LOOK_MS = 50
const HEADER = "4rem" // of the page, beneath which nothing is seen
const MARKS = {
  p: ["passed", "✓", "passed"],
  m: ["mixed", "◐", "partly passed"],
  f: ["wrong", "✗", "did not pass"],
  a: ["", "", ""],
  x: ["failed", "⚠", "call failed"],
  w: ["waiting", "○", "not answered yet"],
}

const unpack = async (packed) => {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0))
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json()
}

const keep = (of, packed) => {
  if (tables.has(of)) return
  tables.set(of, unpack(packed))
  for (const old of [...tables.keys()].slice(0, -MOST_TABLES)) tables.delete(old)
  for (const listener of listeners) listener()
}
const listeners = new Set()

const make = (className, text = "", role = "") => {
  const made = document.createElement("div")
  made.className = className
  if (text) made.textContent = text
  if (role) made.setAttribute("role", role)
  return made
}

const counted = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 })
const figure = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 })
const shown = {
  cost: (value) => `$${value.toFixed(value >= 0.01 ? 4 : 6)}`,
  tokens: (value) => counted.format(value),
  seconds: (value) => `${value.toFixed(value < 10 ? 2 : 1)} s`,
  score: (value) => figure.format(value),
  check: (value) => `${counted.format(100 * value)}%`,
}
// A measure of one place in words; of several values the lowest and the highest, too.
const words = (measure, held) => {
  if (held === null) return ""
  const write = shown[measure.kind]
  if (!Array.isArray(held)) return measure.kind === "check" ? (held >= 1 ? "✓" : "✗") : write(held)
  const [mean, low, high, n] = held
  if (measure.kind === "check") return `${Math.round(mean * n)} of ${n}`
  return low === high ? write(mean) : `${write(mean)} (${write(low)} to ${write(high)})`
}
const meanOf = (held) => (Array.isArray(held) ? held[0] : held)

// The least and the most of all places.
const rangeOf = (held) => {
  let [low, high] = [Infinity, -Infinity]
  for (const one of held) {
    if (one === null) continue
    low = Math.min(low, meanOf(one))
    high = Math.max(high, meanOf(one))
  }
  return [low, high]
}
// From the worst to the best; where neither is better, from little to much.
const colourOf = (measure, [low, high], value) => {
  const share = high > low ? (value - low) / (high - low) : 1
  if (measure.lower === null) return `color-mix(in srgb, var(--st-primary-color) ${Math.round(4 + 26 * share)}%, transparent)`
  const good = measure.lower && high > low ? 1 - share : share
  const [hue, strength] = good < 0.5 ? ["200, 60, 50", 0.5 - good] : ["40, 150, 100", good - 0.5]
  return `rgba(${hue}, ${(0.6 * strength).toFixed(3)})`
}

const hitsOf = (ranges) => {
  if (ranges === null) return null
  const hits = new Set()
  for (const [from, to] of ranges) for (let at = from; at <= to; at += 1) hits.add(at)
  return hits
}

class Board {
  constructor(root) {
    this.root = root
    this.grid = root.querySelector(".grid")
    this.canvas = root.querySelector(".canvas")
    this.lines = new Map()
    this.active = [0, 0] // in what is shown
    this.of = null
    this.grid.addEventListener("scroll", () => this.soon(), { passive: true })
    this.grid.addEventListener("keydown", (event) => this.onKey(event))
    this.grid.addEventListener("click", (event) => this.onClick(event))
    this.resized = new ResizeObserver(() => this.table && this.layOut())
  }

  show(table, data, ask) {
    const { opened, ...drawn } = data
    const same = JSON.stringify(drawn)
    if (this.table === table && this.drawn === same) {
      this.ask = ask
      this.data.opened = opened
      this.mark()
      return
    }
    this.drawn = same
    const was = this.table && this.data ? this.at(...this.active) : null
    const fresh = this.of !== data.of
    this.table = table
    this.data = data
    this.ask = ask
    this.of = data.of
    this.hits = hitsOf(data.hits)
    this.measure = table.measures.findIndex(({ name }) => name === data.measure)
    const isShare = table.kind === "matrix" && table.measures[this.measure]?.kind === "check"
    this.range = this.measure < 0 ? null : isShare ? [0, 1] : rangeOf(table.values[this.measure])
    this.places = { line: new Map(data.lines.map((line, at) => [line, at])), column: new Map(data.columns.map((column, at) => [column, at])) }
    const line = fresh || !was ? 0 : (this.places.line.get(was[0]) ?? 0)
    const column = fresh || !was ? 0 : (this.places.column.get(was[1]) ?? 0)
    this.active = [line, column]
    if (fresh) this.grid.scrollTo(0, 0)
    this.grid.hidden = false
    this.resized.observe(this.grid)
    this.layOut()
  }

  close() {
    this.resized.disconnect()
  }

  // The line and the column of the table that stand where they are shown.
  at(line, column) {
    return [this.data.lines[line], this.data.columns[column]]
  }

  layOut() {
    const sizes = SIZES[this.table.kind]
    const width = this.grid.clientWidth
    const narrow = width < NARROW
    this.side = narrow ? NARROW_SIDE : SIDE
    this.height = sizes.line
    this.top = sizes.head
    const room = (width - this.side) / Math.max(1, this.data.columns.length)
    this.width = Math.max(narrow ? sizes.narrow : sizes.column, Math.floor(room))
    this.canvas.style.width = `${this.side + this.width * this.data.columns.length}px`
    this.canvas.style.height = `${this.top + this.height * this.data.lines.length}px`
    this.grid.style.setProperty("--side", `${this.side}px`)
    this.grid.style.setProperty("--width", `${this.width}px`)
    this.grid.style.setProperty("--height", `${this.height}px`)
    this.grid.style.setProperty("--head", `${this.top}px`)
    this.grid.setAttribute("aria-rowcount", String(this.data.lines.length + 1))
    this.grid.setAttribute("aria-colcount", String(this.data.columns.length + 1))
    this.grid.setAttribute("aria-label", this.data.label)
    this.canvas.replaceChildren()
    this.lines.clear()
    this.head = make("head", "", "row")
    this.head.setAttribute("aria-rowindex", "1")
    this.columns = null
    this.canvas.append(this.head)
    this.draw()
  }

  soon() {
    this.waiting ??= requestAnimationFrame(() => {
      this.waiting = null
      this.draw()
    })
  }

  draw() {
    const { scrollTop, scrollLeft, clientHeight, clientWidth } = this.grid
    const between = (start, room, size, count) => [
      Math.max(0, Math.floor(start / size) - AROUND),
      Math.min(count, Math.ceil((start + room) / size) + AROUND),
    ]
    const [top, bottom] = between(scrollTop, clientHeight - this.top, this.height, this.data.lines.length)
    const [left, right] = between(scrollLeft, clientWidth - this.side, this.width, this.data.columns.length)
    if (this.columns?.[0] !== left || this.columns?.[1] !== right) {
      this.columns = [left, right]
      for (const { element } of this.lines.values()) element.remove()
      this.lines.clear()
      this.drawHead(left, right)
    }
    for (const [line, { element }] of this.lines) {
      if (line < top || line >= bottom) {
        element.remove()
        this.lines.delete(line)
      }
    }
    for (let line = top; line < bottom; line += 1) {
      if (!this.lines.has(line)) this.lines.set(line, this.lineOf(line, left, right))
    }
    this.mark()
  }

  drawHead(left, right) {
    const corner = make("side corner", this.data.corner, "columnheader")
    corner.setAttribute("aria-colindex", "1")
    const heads = []
    for (let column = left; column < right; column += 1) {
      const at = this.data.columns[column]
      const head = make("column", "", "columnheader")
      head.setAttribute("aria-colindex", String(column + 2))
      head.style.left = `${this.side + column * this.width}px`
      head.title = this.table.columns[at]
      const number = this.table.kind === "matrix" ? `${at + 1}. ` : ""
      head.append(make("name", `${number}${this.table.columns[at]}`), make("note", this.table.notes[at]))
      heads.push(head)
    }
    this.head.replaceChildren(corner, ...heads)
  }

  lineOf(line, left, right) {
    const element = make("line", "", "row")
    element.style.top = `${this.top + line * this.height}px`
    element.setAttribute("aria-rowindex", String(line + 2))
    const at = this.data.lines[line]
    const side = make("side", "", "rowheader")
    side.setAttribute("aria-colindex", "1")
    side.title = this.table.lines[at]
    const number = this.table.kind === "matrix" ? `${at + 1}. ` : ""
    side.append(make("prompt", `${number}${this.table.lines[at]}`))
    element.append(side)
    const cells = new Map()
    for (let column = left; column < right; column += 1) {
      const cell = this.cellOf(line, column)
      cells.set(column, cell)
      element.append(cell)
    }
    this.canvas.append(element)
    return { element, cells }
  }

  cellOf(line, column) {
    const { table } = this
    const [down, across] = this.at(line, column)
    const at = down * table.columns.length + across
    const cell = make("cell", "", "gridcell")
    cell.id = `cell-${line}-${column}`
    cell.dataset.at = `${line} ${column}`
    cell.setAttribute("aria-colindex", String(column + 2))
    cell.style.left = `${this.side + column * this.width}px`
    if (this.hits) cell.classList.add(this.hits.has(at) ? "hit" : "aside")
    const held = this.measure < 0 ? null : table.values[this.measure][at]
    if (held !== null) cell.style.setProperty("--heat", colourOf(table.measures[this.measure], this.range, meanOf(held)))
    if (table.kind === "grid") this.fillGrid(cell, held)
    else this.fill(cell, at)
    return cell
  }

  fillGrid(cell, held) {
    if (held === null) {
      cell.append(make("figure", "–"), make("facts", "none"))
      return
    }
    const measure = this.table.measures[0]
    const [mean, low, high, n] = held
    const write = shown[measure.kind]
    const spread = low === high || measure.kind === "check" ? "" : `${write(low)} to ${write(high)}, `
    cell.append(make("figure", write(mean)), make("facts", `${spread}n = ${counted.format(n)}`))
  }

  fill(cell, at) {
    const { table } = this
    const [kind, sign, said] = MARKS[table.marks[at]]
    cell.append(make("text", table.texts[at] || "(empty)"))
    const facts = make("facts")
    const passed = table.measures[0]?.name === "passed" ? table.values[0][at] : null
    const of = Array.isArray(passed) ? `${Math.round(passed[0] * passed[3])} of ${passed[3]} passed` : said
    if (kind) {
      const badge = make(`mark ${kind}`, `${sign} ${of}`)
      facts.append(badge)
    }
    const scores = []
    for (const [index, measure] of table.measures.entries()) {
      const value = table.values[index][at]
      if (value === null || measure.name === "passed") continue
      if (measure.kind === "cost") facts.append(make("cost", shown.cost(meanOf(value))))
      if (measure.kind === "check" || measure.kind === "score") scores.push(`${measure.short} ${words(measure, value)}`)
      else if (index === this.measure && (measure.kind !== "cost" || Array.isArray(value))) scores.unshift(`${measure.name} ${words(measure, value)}`)
    }
    cell.append(facts, make("scores", scores.join(" · ")))
  }

  mark() {
    const { opened } = this.data
    this.grid.removeAttribute("aria-activedescendant")
    for (const [line, { cells }] of this.lines) {
      for (const [column, cell] of cells) {
        const [down, across] = this.at(line, column)
        const isActive = this.active[0] === line && this.active[1] === column
        cell.classList.toggle("active", isActive)
        const isOpen = opened !== null && opened[0] === down && opened[1] === across
        cell.setAttribute("aria-selected", String(isOpen))
        if (isActive) this.grid.setAttribute("aria-activedescendant", cell.id)
      }
    }
  }

  move(line, column) {
    const last = [this.data.lines.length - 1, this.data.columns.length - 1]
    this.active = [Math.max(0, Math.min(last[0], line)), Math.max(0, Math.min(last[1], column))]
    const { grid } = this
    const reach = (start, size, from, room) => (start < from ? start : start + size > from + room ? start + size - room : from)
    const top = reach(this.active[0] * this.height, this.height, grid.scrollTop, grid.clientHeight - this.top)
    const left = reach(this.active[1] * this.width, this.width, grid.scrollLeft, grid.clientWidth - this.side)
    grid.scrollTo(left, top)
    this.draw()
  }

  open(place) {
    this.data.opened = place
    this.mark()
    this.ask({ open: place })
    if (place && this.table.kind === "matrix") this.lead(Date.now() + LONGEST_WAIT_MS)
  }

  // What was opened stands below: it is brought into sight, with the keyboard left where it is. It is drawn piece by
  // piece, and the page is long enough to begin with it only when all of it is there.
  lead(until, height = 0, led = false) {
    if (Date.now() > until || !this.grid.isConnected) return
    const panel = document.querySelector(".st-key-sweep-cell")
    const grown = panel && panel.offsetHeight !== height
    if (grown && (led || panel.getBoundingClientRect().top > window.innerHeight - 220)) {
      led = true
      panel.style.scrollMarginTop = HEADER
      const still = matchMedia("(prefers-reduced-motion: reduce)").matches
      panel.scrollIntoView({ block: "start", behavior: still ? "auto" : "smooth" })
    }
    if (grown) until = Date.now() + SETTLED_MS
    setTimeout(() => this.lead(until, panel?.offsetHeight ?? 0, led), LOOK_MS)
  }

  onClick(event) {
    const cell = event.target.closest?.(".cell")
    if (!cell) return
    const [line, column] = cell.dataset.at.split(" ").map(Number)
    this.move(line, column)
    const place = this.at(line, column)
    const { opened } = this.data
    this.open(opened && opened[0] === place[0] && opened[1] === place[1] ? null : place)
  }

  onKey(event) {
    if (event.altKey || event.metaKey || !this.data.lines.length) return
    const [line, column] = this.active
    const page = Math.max(1, Math.floor((this.grid.clientHeight - this.top) / this.height))
    const far = event.ctrlKey
    const steps = {
      ArrowUp: [far ? 0 : line - 1, column],
      ArrowDown: [far ? Infinity : line + 1, column],
      ArrowLeft: [line, far ? 0 : column - 1],
      ArrowRight: [line, far ? Infinity : column + 1],
      PageUp: [line - page, column],
      PageDown: [line + page, column],
      Home: [far ? 0 : line, 0],
      End: [far ? Infinity : line, Infinity],
    }
    if (event.key in steps) this.move(...steps[event.key])
    else if (event.key === "Enter" || event.key === " ") this.open(this.at(line, column))
    else if (event.key === "Escape" && this.data.opened !== null) this.open(null)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
}

const boards = new WeakMap()

export default function ({ data, parentElement, setTriggerValue }) {
  if (data.packed) {
    keep(data.of, data.packed)
    return
  }
  if (!boards.has(parentElement)) boards.set(parentElement, new Board(parentElement))
  const board = boards.get(parentElement)
  let gone = false
  const show = async () => {
    const table = data.table ?? (await tables.get(data.of))
    if (table && !gone) board.show(table, data, (asked) => setTriggerValue("asked", asked))
  }
  listeners.add(show)
  show()
  return () => {
    gone = true
    listeners.delete(show)
    board.close()
  }
}
