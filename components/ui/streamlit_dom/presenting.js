// Left and right go from turn to turn; Escape leaves, unless there is a reply to be stopped.

const turns = () =>
  [...document.querySelectorAll('.st-key-conversation [class*="st-key-turn-"]')].filter((turn) =>
    [...turn.classList].some((name) => /^st-key-turn-\d+$/.test(name)))

const go = (by) => {
  const all = turns()
  const at = all.findLastIndex((turn) => turn.getBoundingClientRect().top <= innerHeight / 3)
  all[Math.min(all.length - 1, Math.max(0, at + by))]?.scrollIntoView({ block: "start" })
}

const onKey = (event) => {
  if (event.target.closest?.("input, textarea, [role=dialog]")) return
  if (event.key === "ArrowRight") go(1)
  else if (event.key === "ArrowLeft") go(-1)
  else if (event.key === "Escape" && !document.querySelector(".st-key-stop")) {
    document.querySelector(".st-key-leave-presenting button")?.click()
  } else return
  event.preventDefault()
}

export default function () {
  document.addEventListener("keydown", onKey)
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur() // the message box is not shown
  requestAnimationFrame(() => go(0))
  return () => document.removeEventListener("keydown", onKey)
}
