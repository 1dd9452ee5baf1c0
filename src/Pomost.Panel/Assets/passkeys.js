// Passkeys: the server's question goes to the device, the device's answer into the form, which is then sent as any other.
export function offerPasskeys(page) {
  if (!window.PublicKeyCredential?.parseCreationOptionsFromJSON) return
  page.querySelectorAll('form[data-passkey]').forEach((form) => {
    form.hidden = false
    form.addEventListener('submit', (event) => {
      if (form.elements.credential.value) return
      event.preventDefault()
      event.stopPropagation()
      ask(form)
    })
  })
}

async function ask(form) {
  const problem = form.querySelector('[data-passkey-problem]')
  const fields = form.elements
  problem.hidden = true
  try {
    const token = fields.__RequestVerificationToken.value
    const answer = await fetch(form.dataset.options, { method: 'POST', body: new URLSearchParams({ __RequestVerificationToken: token }) })
    const options = await answer.json()
    const credential = form.dataset.passkey === 'create'
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) })
    fields.credential.value = JSON.stringify(credential)
    // "Remember me" stands in the form beside it.
    const other = document.getElementById(form.dataset.with)
    if (other) fields.remember.value = other.elements.remember.checked ? '1' : ''
    form.requestSubmit()
  } catch {
    problem.hidden = false
  }
}
