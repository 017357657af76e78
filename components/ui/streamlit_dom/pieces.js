// Sends large files to the app in pieces, which it writes to its disk: no proxy has to accept more than a piece, and a
// broken connection costs one. A file is sent on while other pages are open, so all this belongs to the window. Stands
// before `arriving.js` in one module.
const pieces = (window.playgroundPieces ??= (() => {
  const TRIES = 5
  const SPEED_AFTER_MS = 1_000
  // The item of the tab's storage that survives a reload: the files on their way, which a reload loses.
  const STORED = "playground-arriving"
  const COOKIE = "_streamlit_xsrf"

  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
  const megabytes = (bytes) => Math.round(bytes / 1e6).toLocaleString("en-US")
  const spell = (seconds) =>
    seconds < 90 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.round(seconds / 60).toLocaleString("en-US")} min`

  // `crypto.randomUUID` is there on safe origins only; an app on the local network is none.
  const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, "0")).join("")

  const cookie = () =>
    document.cookie.split("; ").find((each) => each.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1) ?? ""

  const put = (sent, place, piece, address) =>
    new Promise((resolve) => {
      const request = new XMLHttpRequest()
      const form = new FormData()
      form.append("file", piece, "piece")
      request.open("PUT", `${address}/piece-${sent.id}-${place}`)
      request.withCredentials = true
      request.setRequestHeader("X-Xsrftoken", decodeURIComponent(cookie()))
      request.upload.onprogress = (event) => (sent.done = Math.min(place + event.loaded, sent.file.size))
      request.onloadend = () => resolve(request.status)
      sent.request = request
      request.send(form)
    })

  // Returns the HTTP status of the last piece: 204 if all came, 0 where there was no answer.
  const send = async (sent, settings) => {
    sent.began = Date.now()
    for (let place = 0; place < sent.file.size; place += settings().piece) {
      let status = 0
      for (let tried = 0; tried < TRIES && !sent.cancelled; tried++) {
        if (tried) await wait(500 * 2 ** tried)
        status = await put(sent, place, sent.file.slice(place, place + settings().piece), settings().address)
        // The app would refuse it again; other failures may pass.
        if (status === 204 || (status >= 400 && status < 500) || status === 507) break
      }
      if (sent.cancelled || status !== 204) return status
      sent.done = Math.min(place + settings().piece, sent.file.size)
    }
    return 204
  }

  // Files on their way, the first one being sent, and news that the app has not confirmed.
  const queue = []
  const unheard = new Map()
  let works = false
  let settings = null

  const keep = () => {
    try {
      sessionStorage.setItem(STORED, JSON.stringify(queue.map(({ file }) => ({ name: file.name, size: file.size }))))
    } catch {}
  }

  const reportLost = () => {
    try {
      for (const lost of JSON.parse(sessionStorage.getItem(STORED) ?? "[]")) {
        const id = newId()
        unheard.set(id, { id, ...lost, what: "lost" })
      }
      sessionStorage.removeItem(STORED)
    } catch {}
  }
  reportLost()

  const work = async () => {
    if (works) return
    works = true
    while (queue.length) {
      const sent = queue[0]
      const status = await send(sent, () => settings)
      queue.splice(queue.indexOf(sent), 1)
      keep()
      const file = { id: sent.id, name: sent.file.name, size: sent.file.size }
      const news = sent.cancelled ? { what: "cancelled" } : { what: "sent", status, chosen: sent.chosen }
      unheard.set(sent.id, { ...file, ...news })
    }
    works = false
  }

  const configure = (given) => (settings = given)

  const isLarge = (file) => settings !== null && file.size > settings.whole

  // Starts to send a file that was chosen with the uploader number `upload`, or refuses one that is too large.
  // `chosen`: the names of all files that were chosen at once, in their order.
  const begin = (file, upload, chosen) => {
    const id = newId()
    if (file.size > settings.most) {
      unheard.set(id, { id, name: file.name, size: file.size, what: "refused", upload })
      return
    }
    const sent = { id, file, chosen, done: 0, began: 0, cancelled: false, request: null }
    queue.push(sent)
    keep()
    work()
  }

  const cancel = (sent) => {
    sent.cancelled = true
    sent.request?.abort()
  }

  const isUnderWay = (sent) => queue.includes(sent) && !sent.cancelled

  // The news for the app, which has confirmed those with the ids `heard`.
  const news = (heard) => {
    for (const id of heard) unheard.delete(id)
    return Array.from(unheard.values())
  }

  // The progress of a file, in words.
  const words = (sent) => {
    if (!sent.began) return "Waits until the one before it has come"
    const of = `${megabytes(sent.done)} of ${megabytes(sent.file.size)} MB`
    const spent = Date.now() - sent.began
    if (spent < SPEED_AFTER_MS || !sent.done) return `On its way to the app: ${of}`
    const left = ((sent.file.size - sent.done) * spent) / sent.done / 1000
    return `On its way to the app: ${of}, ${spell(left)} left`
  }

  return { configure, isLarge, begin, cancel, isUnderWay, news, words, all: () => queue }
})())
