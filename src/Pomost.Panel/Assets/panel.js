// The panel works as plain HTML; this file makes it pleasant. htmx swaps parts of a page, live.js says when.
import htmx from 'htmx.org'
import { Idiomorph } from 'idiomorph'
import { listenToKeys } from './keys.js'
import { watch } from './live.js'
import { offerPasskeys } from './passkeys.js'
import { countUnsaved } from './unsaved.js'

// No eval and no inline style: the page's Content-Security-Policy allows neither.
Object.assign(htmx.config, { allowEval: false, includeIndicatorStyles: false, historyCacheSize: 0, selfRequestsOnly: true })
htmx.defineExtension('morph', {
  isInlineSwap: (style) => style === 'morph',
  handleSwap: (style, target, fragment) => style === 'morph'
    ? Idiomorph.morph(target, fragment.children, { morphStyle: 'outerHTML', ignoreActiveValue: isTyping(), callbacks: { beforeAttributeUpdated: keepOpen, beforeNodeMorphed: mayMorph } })
    : false
})
// What is being typed is left alone; a heading that has the focus still says what is true now.
function isTyping() { return Boolean(document.activeElement?.closest('input, textarea, select')) }
// What a person has opened stays open when the server sends the part again.
function keepOpen(name, node) { return !(name === 'open' && (node.tagName === 'DETAILS' || node.tagName === 'DIALOG')) }

// A list being read stands still.
function mayMorph(node) { return !(node instanceof Element && node.hasAttribute('data-still') && node.matches(':hover, :focus-within')) }

watch(document)
offerPasskeys(document)

document.addEventListener('click', (event) => {
  const button = event.target.closest('button')
  if (!button) return
  if (button.getAttribute('aria-disabled') === 'true') return event.preventDefault()
  if (button.dataset.reveal) {
    const input = document.getElementById(button.dataset.reveal), shown = input.type === 'text'
    input.type = shown ? 'password' : 'text'
    button.setAttribute('aria-pressed', String(!shown))
  }
  if (button.dataset.copy) copy(button)
  // Presets of a form: the server knows them too, for browsers without a script.
  if (button.dataset.fill !== undefined || button.dataset.tick) {
    event.preventDefault()
    const fields = button.form.elements
    for (const pair of (button.dataset.fill ?? '').split(';').filter(Boolean)) {
      const [name, value] = pair.split('=')
      fields[name].value = value
    }
    if (button.dataset.tick) {
      const [name, values] = button.dataset.tick.split('=')
      button.form.querySelectorAll(`input[name="${name}"]`).forEach((box) => { box.checked = values.split(',').includes(box.value) })
    }
    return
  }
  // Browsers without invoker commands: open and close dialogs by hand.
  const command = !('commandForElement' in HTMLButtonElement.prototype) && button.getAttribute('command')
  if (command) document.getElementById(button.getAttribute('commandfor'))[command === 'close' ? 'close' : 'showModal']()
})

// Without https the clipboard's own interface is closed; the old command still works there.
function copy(button) {
  const field = document.getElementById(button.dataset.copy)
  const said = () => { button.nextElementSibling.textContent = button.dataset.copied; button.classList.add('t-ok') }
  if (navigator.clipboard) return navigator.clipboard.writeText(field.value).then(said)
  field.select()
  if (document.execCommand('copy')) said()
}

// A form is sent once; the button keeps its width and says that it is busy.
document.addEventListener('submit', (event) => {
  const button = event.submitter
  if (event.target.dataset.sent) return event.preventDefault()
  if (event.target.method !== 'post' || event.target.hasAttribute('hx-post')) return
  event.target.dataset.sent = '1'
  if (button) button.setAttribute('aria-busy', 'true')
})
addEventListener('pageshow', () => document.querySelectorAll('form[data-sent]').forEach((form) => { delete form.dataset.sent }))

listenToKeys()

// What can be taken back is offered for as long as the page says.
document.querySelectorAll('[data-fades]').forEach((part) => setTimeout(() => part.remove(), Number(part.dataset.fades)))

// The server formats times in the reader's zone; it learns the zone here.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
if (zone && !document.cookie.includes(`pomost_zone=${encodeURIComponent(zone)}`))
  document.cookie = `pomost_zone=${encodeURIComponent(zone)}; path=/; max-age=31536000; samesite=lax`

// After a refused form the summary of what to mend takes the focus.
document.querySelector('[data-focus]')?.focus()

// Fields that belong to one way of logging in show only while that way is chosen.
const ways = () => document.querySelectorAll('[data-when]').forEach((part) => {
  const [name, value] = part.dataset.when.split('=')
  const other = part.closest('form').elements[name]
  part.hidden = Boolean(other) && (other.type === 'checkbox' ? String(other.checked) : other.value) !== value
})
document.addEventListener('change', ways)
ways()

countUnsaved(document)
