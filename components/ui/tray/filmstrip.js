// Small pictures along the clip; a click adds the frame of that moment to those that are sent.
const clock = (seconds) => {
  const hundredths = Math.round(seconds * 100)
  const two = (number) => String(number).padStart(2, "0")
  const hours = Math.floor(hundredths / 360000)
  const text = `${two(Math.floor(hundredths / 6000) % 60)}:${two(Math.floor(hundredths / 100) % 60)}.${two(hundredths % 100)}`
  return hours ? `${hours}:${text}` : text
}
const NEAR_PX = 4
// Where the keyboard stands in each strip: it is drawn anew after each frame that is added.
const places = new WeakMap()

const element = (className) => {
  const made = document.createElement("div")
  made.className = className
  return made
}

export default function ({ data, parentElement, setTriggerValue }) {
  const strip = parentElement.querySelector(".strip")
  const { duration, frames, ends, cuts } = data
  const pinned = new Set(data.pinned)
  const left = (seconds) => `${Math.max(0, Math.min(100, (100 * seconds) / (duration || 1)))}%`
  const put = (className, seconds) => {
    const made = element(className)
    made.style.left = left(seconds)
    return made
  }

  const pictures = strip.querySelector(".pictures")
  if (pictures.dataset.shown !== data.strip) {
    pictures.dataset.shown = data.strip
    pictures.replaceChildren(
      ...Array.from({ length: data.count }, (_, at) => {
        const made = document.createElement("div")
        made.style.backgroundImage = `url(${data.strip})`
        // Each is one share of a picture that holds them all.
        made.style.backgroundSize = `${data.count * 100}% 100%`
        made.style.backgroundPosition = `${data.count > 1 ? (100 * at) / (data.count - 1) : 0}% 0`
        return made
      }),
    )
  }
  const before = element("outside")
  before.style.left = "0"
  before.style.width = left(data.part[0])
  const behind = put("outside", data.part[1])
  behind.style.right = "0"
  strip
    .querySelector(".marks")
    .replaceChildren(
      before,
      behind,
      ...cuts.map((seconds) => put("cut", seconds)),
      ...frames.map((seconds) => put(pinned.has(seconds) ? "tick pinned" : "tick", seconds)),
    )

  const cursor = strip.querySelector(".cursor")
  const bubble = strip.querySelector(".bubble")
  const point = (seconds) => {
    const at = Math.max(0, Math.min(duration, seconds))
    places.set(parentElement, at)
    const width = strip.clientWidth || 1
    const shown = frames.find((frame, number) => frame <= at && (at < ends[number] || ends[number] >= duration))
    const chosen = shown ?? frames.find((frame) => Math.abs(frame - at) < (NEAR_PX / width) * duration)
    cursor.style.left = left(at)
    const half = 70
    bubble.style.left = `${Math.max(half, Math.min(width - half, (at / (duration || 1)) * width))}px`
    const words = chosen === undefined ? `Add ${clock(at)}` : pinned.has(chosen) ? `${clock(chosen)} is kept` : `Keep ${clock(chosen)}`
    bubble.textContent = words
    strip.setAttribute("aria-valuemin", "0")
    strip.setAttribute("aria-valuemax", duration.toFixed(2))
    strip.setAttribute("aria-valuenow", at.toFixed(2))
    strip.setAttribute("aria-valuetext", words)
    return chosen ?? at
  }
  const timeAt = (event) => {
    const box = strip.getBoundingClientRect()
    return ((event.clientX - box.left) / box.width) * duration
  }
  point(places.get(parentElement) ?? 0)
  strip.onpointermove = (event) => point(timeAt(event))
  strip.onclick = (event) => setTriggerValue("taken", point(timeAt(event)))
  strip.onkeydown = (event) => {
    const at = places.get(parentElement) ?? 0
    const steps = { ArrowLeft: -1, ArrowRight: 1 }
    if (event.key in steps) point(at + steps[event.key] * duration * (event.shiftKey ? 0.1 : 0.01))
    else if (event.key === "Home" || event.key === "End") point(event.key === "Home" ? 0 : duration)
    else if (event.key === "Enter" || event.key === " ") setTriggerValue("taken", point(at))
    else return
    event.preventDefault()
  }
}
