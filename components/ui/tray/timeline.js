const clock = (seconds) => {
  const tenths = Math.round(seconds * 10)
  const two = (number) => String(number).padStart(2, "0")
  const hours = Math.floor(tenths / 36000)
  const text = `${two(Math.floor(tenths / 600) % 60)}:${two(Math.floor(tenths / 10) % 60)}.${tenths % 10}`
  return hours ? `${hours}:${text}` : text
}

// What each strip does as its player goes on; the function below is called again whenever the strip's data change.
const follow = new Map()
// Media events do not bubble, but they can be caught on their way down; a player may be replaced at any time.
document.addEventListener("timeupdate", (event) => follow.forEach((look) => look(event)), true)

export default function ({ data, parentElement, setTriggerValue }) {
  const bar = parentElement.querySelector(".bar")
  const part = parentElement.querySelector(".part")
  const ticks = parentElement.querySelector(".ticks")
  const head = parentElement.querySelector(".head")
  const now = parentElement.querySelector(".now")
  const button = parentElement.querySelector("button")
  const video = () => document.querySelector(`.${data.player} video`)
  const left = (seconds) => `${Math.min(100, (100 * seconds) / (data.duration || 1))}%`

  part.style.left = left(data.part[0])
  part.style.width = left(data.part[1] - data.part[0])
  const pinned = new Set(data.pinned)
  ticks.replaceChildren(
    ...data.frames.map((seconds) => {
      const tick = document.createElement("div")
      tick.className = pinned.has(seconds) ? "tick pinned" : "tick"
      tick.style.left = left(seconds)
      tick.title = clock(seconds)
      return tick
    }),
  )

  // The player counts from the file's own zero, everything here from the first frame.
  const played = (player) => Math.max(0, player ? player.currentTime - data.start : 0)
  const show = (seconds) => {
    head.style.left = left(seconds)
    now.textContent = `${clock(seconds)} of ${clock(data.duration)}`
    bar.setAttribute("aria-valuemin", "0")
    bar.setAttribute("aria-valuemax", data.duration.toFixed(1))
    bar.setAttribute("aria-valuenow", seconds.toFixed(1))
    bar.setAttribute("aria-valuetext", clock(seconds))
  }
  const seek = (seconds) => {
    const player = video()
    if (!player) return
    const wanted = Math.max(0, Math.min(data.duration, seconds))
    // A moment later: rounding must not show the frame before.
    player.currentTime = data.start + wanted + 0.001
    show(wanted)
  }
  show(played(video()))
  button.hidden = !data.takes

  bar.onclick = (event) => {
    const box = bar.getBoundingClientRect()
    const wanted = ((event.clientX - box.left) / box.width) * data.duration
    // Within some pixels of a frame it is the frame that is meant.
    const near = data.frames.find((seconds) => Math.abs(seconds - wanted) < (5 / box.width) * data.duration)
    seek(near ?? wanted)
  }
  bar.onkeydown = (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (!step) return
    event.preventDefault()
    seek(played(video()) + step * (event.shiftKey ? 5 : 0.2))
  }
  button.onclick = () => setTriggerValue("taken", played(video()))

  const sought = `${data.player} ${data.seek}`
  if (data.seek !== null && bar.dataset.sought !== sought) {
    bar.dataset.sought = sought
    // The player may not be on the page yet, nor know its own length, and it goes to its start once it does.
    const wait = setInterval(() => {
      if (!(video()?.readyState >= 1)) return
      if (Math.abs(played(video()) - data.seek) < 0.05) clearInterval(wait)
      else seek(data.seek)
    }, 100)
    setTimeout(() => clearInterval(wait), 10000)
  }

  follow.set(parentElement, (event) => {
    if (event.target.closest?.(`.${data.player}`)) show(played(event.target))
  })
  return () => follow.delete(parentElement)
}
