// The bar of unsaved changes: counts what differs from what the server sent, in all forms of a page that are saved, and saves or drops it at once.
import htmx from 'htmx.org'

export function countUnsaved(page) {
  const bar = page.getElementById('unsaved')
  if (!bar) return
  const words = bar.querySelector('[data-words]')
  const forms = () => [...page.querySelectorAll('form[data-saves]')]
  const changed = () => forms().filter((form) => changesIn(form) > 0)
  const show = () => {
    const count = forms().reduce((sum, form) => sum + changesIn(form), 0)
    bar.hidden = count === 0
    words.textContent = words.dataset.words.replace('#', count)
  }
  for (const event of ['input', 'change']) page.addEventListener(event, show)
  addEventListener('pageshow', show)
  bar.querySelector('[data-discard]').addEventListener('click', () => {
    if (page.querySelector('form[data-refused]')) return location.reload()
    for (const form of changed()) {
      form.reset()
      // Whoever draws what is typed draws it anew.
      for (const field of form.elements) field.dispatchEvent(new Event(field.matches('[type=checkbox], [type=radio], select') ? 'change' : 'input', { bubbles: true }))
    }
    show()
    page.getElementById('content').focus()
  })
  bar.querySelector('[data-save]').addEventListener('click', async (event) => {
    const save = event.currentTarget, [last, ...others] = changed().reverse()
    if (!last || save.getAttribute('aria-busy')) return
    save.setAttribute('aria-busy', 'true')
    for (const form of others.reverse()) {
      const answer = await fetch(form.action, { method: 'post', body: bodyOf(form) }).catch(() => null)
      const there = answer && new DOMParser().parseFromString(await answer.text(), 'text/html')
      if (!answer?.ok) {
        save.removeAttribute('aria-busy')
        if (there) refuse(page, form, there)
        return show()
      }
      follow(forms(), there)
    }
    last.requestSubmit()
  })
  show()
}

// A form with a file needs the parts; all others are sent as a browser sends them.
function bodyOf(form) {
  const data = new FormData(form)
  return form.enctype === 'multipart/form-data' ? data : new URLSearchParams(data)
}

// What a form has seen of the settings is what the form before it has saved.
function follow(forms, saved) {
  for (const form of forms) {
    const seen = form.elements.seen, now = saved.querySelector('form[data-saves] input[name=seen]')
    if (seen && now) seen.value = now.value
  }
}

// A refused form takes its place with what to mend; nothing typed in the others is lost.
function refuse(page, form, there) {
  const refused = there.querySelector(`form[action="${form.getAttribute('action')}"]`), summary = there.querySelector('main [data-focus]')
  if (!refused || !summary) return form.requestSubmit()
  refused.dataset.refused = '1'
  form.replaceWith(refused)
  htmx.process(refused)
  page.querySelectorAll('main [data-focus]').forEach((old) => { if (!refused.contains(old)) old.remove() })
  if (!refused.contains(summary)) page.querySelector('.page-h').after(summary)
  summary.focus()
}

function changesIn(form) { return [...form.elements].filter((field) => isChanged(field) || (form.dataset.refused && field.matches('[aria-invalid=true]'))).length }

function isChanged(field) {
  if (!field.name || field.readOnly || field.disabled || field.matches('button, fieldset, [type=hidden]')) return false
  if (field.type === 'radio') return field.checked && !field.defaultChecked
  if (field.type === 'checkbox') return field.checked !== field.defaultChecked
  if (field.type === 'file') return field.files.length > 0
  if (field.tagName !== 'SELECT') return field.value !== field.defaultValue
  const options = [...field.options]
  return field.value !== (options.find((option) => option.defaultSelected) ?? options[0])?.value
}
