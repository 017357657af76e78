// Enter that confirms a word of an input method never sends or adds what is in a field.
//
// Streamlit (1.67) asks `isComposing` alone. In Safari the key comes after the word's `compositionend`, with
// `isComposing` false, and only its code says what it is: https://bugs.webkit.org/show_bug.cgi?id=165004
const PROCESSED = 229

const guard = (event) => {
  if (event.key === "Enter" && (event.isComposing || event.keyCode === PROCESSED)) event.stopPropagation()
}

export default function () {
  // On its way down, before anything on the page hears of it. Whoever listens on the window itself still does.
  window.addEventListener("keydown", guard, true)
  return () => window.removeEventListener("keydown", guard, true)
}
