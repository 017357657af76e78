export default function ({ data, setTriggerValue }) {
  const open = (link) => {
    const answer = link?.closest('[class*="st-key-turn-"][class*="-answer"]')
    if (!answer) return false
    setTriggerValue("cited", {
      turn: Number(answer.className.match(/st-key-turn-(\d+)-answer/)?.[1]),
      time: Number(link.getAttribute("href").slice(data.href.length)),
    })
    return true
  }
  const onClick = (event) => {
    if (!open(event.target.closest?.(`a[href^="${data.href}"]`))) return
    event.preventDefault()
    event.stopPropagation()
  }
  // On the way down, before the page takes the link for a place in itself.
  document.addEventListener("click", onClick, true)
  // What was clicked before this listened stands in the address by now, and has the focus.
  if (location.hash.startsWith(data.href)) {
    const links = [document.activeElement, ...document.querySelectorAll(`a[href^="${data.href}"]`)]
    const clicked = links.find((link) => link?.getAttribute("href") === location.hash)
    history.replaceState(history.state, "", location.pathname + location.search)
    open(clicked)
  }
  return () => document.removeEventListener("click", onClick, true)
}
