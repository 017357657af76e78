const PATIENCE_MS = 20_000

// Nothing but the modules that Streamlit serves may be loaded where a diagram is drawn: no picture, icon, font, style
// sheet or frame, whatever its text asks for. Being of another origin, as a stricter sandbox makes it, it could not even
// load those.
const page = (modules, nonce) => `<!doctype html>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-${nonce}' ${modules};
  style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'">
<script type="module" nonce="${nonce}">
  // The room of a picture elsewhere stays empty; Mermaid would wait for the picture to know its size.
  globalThis.Image = class {
    naturalWidth = 60
    naturalHeight = 60
    async decode() {}
  }
  const wellFormed = (markup) => {
    const svg = new DOMParser().parseFromString(markup, "text/html").querySelector("svg")
    const { width, height } = svg.viewBox.baseVal
    svg.setAttribute("width", Math.ceil(width))
    svg.setAttribute("height", Math.ceil(height))
    return new XMLSerializer().serializeToString(svg)
  }
  onmessage = async ({ data }) => {
    try {
      const { default: mermaid } = await import(data.module)
      mermaid.initialize({
        startOnLoad: false, securityLevel: "strict", suppressErrorRendering: true, fontFamily: "sans-serif",
      })
      parent.postMessage({ svg: wellFormed((await mermaid.render("diagram", data.source)).svg) }, "*")
    } catch (error) {
      parent.postMessage({ error: String(error?.message ?? error) }, "*")
    }
  }
  parent.postMessage({ ready: true }, "*")
</${"script"}>`

// A diagram in Mermaid's language as the source of an SVG picture. The frame has a size, as text is measured in it.
const diagram = (source, module) => {
  const modules = document.querySelector('script[type="module"][src*="/static/js/"]')?.src
  if (!module || !modules) return Promise.reject(new Error("what draws it is not part of this version of Streamlit."))
  const frame = document.createElement("iframe")
  frame.sandbox = "allow-scripts allow-same-origin"
  frame.ariaHidden = "true"
  frame.tabIndex = -1
  frame.style.cssText = "position: fixed; left: -4000px; width: 1200px; height: 900px; visibility: hidden"
  frame.srcdoc = page(new URL(".", modules).href, crypto.getRandomValues(new Uint32Array(4)).join("-"))
  return new Promise((resolve, reject) => {
    const patience = setTimeout(() => end(reject, new Error("it takes too long.")), PATIENCE_MS)
    const end = (how, what) => {
      clearTimeout(patience)
      removeEventListener("message", hear)
      frame.remove()
      how(what)
    }
    const hear = ({ source: from, data }) => {
      if (from !== frame.contentWindow) return
      if (data.ready) from.postMessage({ module: new URL(module, modules).href, source }, "*")
      else if (data.svg) end(resolve, data.svg)
      else end(reject, new Error(data.error))
    }
    addEventListener("message", hear)
    document.body.append(frame)
  })
}
