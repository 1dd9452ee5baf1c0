// One stream per page. A part of the page that carries data-live="<topic>" is told with the event "pomost:live" when its
// topic has moved, and asks the server for itself (hx-trigger). When the stream breaks, parts ask every ten seconds.
const pollEvery = 10_000

export function watch(page) {
  const parts = () => [...page.querySelectorAll('[data-live]')]
  const topics = [...new Set(parts().flatMap((part) => part.dataset.live.split(' ')))]
  if (topics.length === 0 || !window.EventSource) return
  let polling = 0
  const tell = (topic) => parts()
    .filter((part) => topic === null || part.dataset.live.split(' ').includes(topic))
    .forEach((part) => part.dispatchEvent(new CustomEvent('pomost:live')))
  const label = (live) => page.querySelectorAll('[data-live-label]').forEach((node) => {
    node.textContent = live ? node.dataset.liveLabel : node.dataset.pollLabel
  })

  // Beside the script's own folder, which may lie below a path.
  const root = new URL('..', document.querySelector('script[src]').src)
  const source = new EventSource(new URL('stream?topics=' + encodeURIComponent(topics.join(',')), root))
  source.onopen = () => { clearInterval(polling); polling = 0; label(true) }
  source.onmessage = (event) => tell(event.data)
  source.onerror = () => {
    if (polling) return
    label(false)
    polling = setInterval(() => tell(null), pollEvery)
  }
  addEventListener('pagehide', () => { clearInterval(polling); source.close() })
}
