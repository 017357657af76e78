export default function ({ data, setTriggerValue }) {
  const open = (event) => {
    const link = event.target.closest?.(`a[href^="${data.href}"]`)
    const answer = link?.closest('[class*="st-key-turn-"][class*="-answer"]')
    if (!answer) return
    event.preventDefault()
    event.stopPropagation()
    setTriggerValue("cited", {
      turn: Number(answer.className.match(/st-key-turn-(\d+)-answer/)?.[1]),
      time: Number(link.getAttribute("href").slice(data.href.length)),
    })
  }
  // On the way down, before the page takes the link for a place in itself.
  document.addEventListener("click", open, true)
  return () => document.removeEventListener("click", open, true)
}
