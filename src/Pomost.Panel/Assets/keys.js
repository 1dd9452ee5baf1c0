// Shortcuts. Single keys work only outside fields, and not at all for whoever switched them off in the profile: speech input would press them (WCAG 2.1.4).
const secondKeyWithin = 1_500

export function listenToKeys() {
  let goUntil = 0
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.isComposing) return
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 's') return save(event)
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, textarea, select')) return
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') return move(event, event.key === 'ArrowDown' ? 1 : -1, true)
    if (document.documentElement.dataset.keys === 'off' || event.key.length !== 1) return
    const key = event.key.toLowerCase()
    if (performance.now() < goUntil) {
      goUntil = 0
      const link = document.querySelector(`a[data-go="${CSS.escape(key)}"]`)
      if (link) { event.preventDefault(); return link.click() }
    }
    if (key === 'g') goUntil = performance.now() + secondKeyWithin
    else if (key === '/') focusSearch(event)
    else if (key === '?') showList(event)
    else if (key === 'j' || key === 'k') move(event, key === 'j' ? 1 : -1, false)
    else event.target.closest('[data-card-keys]')?.querySelector(`[data-key="${CSS.escape(key)}"]`)?.click()
  })
}

// The form in which the focus is; nothing to save elsewhere, and the browser's own "save page" would only confuse.
function save(event) {
  event.preventDefault()
  const form = document.activeElement?.closest('form')
  if (form?.method === 'post') form.requestSubmit()
}

function focusSearch(event) {
  const search = document.getElementById('search')
  if (!search) return
  event.preventDefault()
  search.focus()
}

function showList(event) {
  const list = document.getElementById('keys')
  if (!list || document.querySelector('dialog[open]')) return
  event.preventDefault()
  list.showModal()
}

// From row to row of a list; Enter opens what is in focus, as ever. Arrows scroll the page until a row has the focus.
function move(event, step, onlyWithin) {
  const rows = [...document.querySelectorAll('[data-rows] tbody tr')].map((row) => row.querySelector('a')).filter(Boolean)
  const here = rows.findIndex((link) => link.closest('tr').contains(document.activeElement))
  if (onlyWithin && here < 0) return
  const next = rows[here < 0 ? 0 : here + step]
  if (!next) return
  event.preventDefault()
  next.focus()
}
