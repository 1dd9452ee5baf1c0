// The logo is made smaller before it leaves the browser, its colours are proposed, and pickers follow the text fields.
const tallest = 160, widest = 480
const set = (field, value) => { field.value = value; field.dispatchEvent(new Event('input', { bubbles: true })) }

document.addEventListener('input', (event) => {
  const { colour, colourOf } = event.target.dataset
  if (colourOf) set(document.getElementById(colourOf), event.target.value)
  if (colour && /^#[0-9a-f]{6}$/i.test(event.target.value)) document.getElementById(colour).value = event.target.value
})
document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-set]')
  if (button) set(document.getElementById(button.dataset.set), button.dataset.value)
})

const hex = (...channels) => '#' + channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')

// The most frequent colours that are neither transparent nor near white or black, each far enough from the others.
function coloursOf(pixels) {
  const counts = new Map()
  for (let i = 0; i < pixels.length; i += 4) {
    const [r, g, b, a] = pixels.subarray(i, i + 4)
    const most = Math.max(r, g, b), least = Math.min(r, g, b)
    if (a < 200 || least > 235 || most < 24) continue
    const key = (r >> 4) << 8 | (g >> 4) << 4 | b >> 4
    const seen = counts.get(key) ?? [0, 0, 0, 0]
    counts.set(key, [seen[0] + 1, seen[1] + r, seen[2] + g, seen[3] + b])
  }
  const found = []
  for (const [count, r, g, b] of [...counts.values()].sort((one, other) => other[0] - one[0])) {
    const mean = [r, g, b].map((sum) => Math.round(sum / count))
    if (found.every((known) => Math.hypot(...known.map((channel, i) => channel - mean[i])) > 60)) found.push(mean)
    if (found.length === 4) break
  }
  return found.map((channels) => hex(...channels))
}

function propose(place, colours) {
  const swatch = (colour) => {
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
    const rect = svg.appendChild(document.createElementNS('http://www.w3.org/2000/svg', 'rect'))
    for (const [name, value] of Object.entries({ width: 20, height: 20, rx: 4, fill: colour })) rect.setAttribute(name, value)
    for (const [name, value] of Object.entries({ width: 20, height: 20, 'aria-hidden': true })) svg.setAttribute(name, value)
    return svg
  }
  const use = (colour, field, word) => {
    const button = document.createElement('button')
    Object.assign(button, { type: 'button', className: 'btn btn-sm', textContent: word })
    Object.assign(button.dataset, { set: field, value: colour })
    button.setAttribute('aria-label', `${colour}: ${word}`)
    return button
  }
  const title = Object.assign(document.createElement('p'), { className: 'hint', textContent: place.dataset.title })
  place.replaceChildren(title, ...colours.map((colour) => {
    const row = Object.assign(document.createElement('div'), { className: 'hstack wrap' })
    const code = Object.assign(document.createElement('code'), { textContent: colour })
    row.append(swatch(colour), code, use(colour, 'f-main', place.dataset.main), use(colour, 'f-additional', place.dataset.additional))
    return row
  }))
  place.hidden = colours.length === 0
}

let shown = null
const show = () => shown && document.querySelectorAll('#look-preview svg.look').forEach((svg) => svg.querySelectorAll('[data-logo-shown]').forEach((image) => image.setAttribute('href', shown)))
document.addEventListener('htmx:afterSettle', show)

document.querySelector('[data-logo]')?.addEventListener('change', async (event) => {
  const input = event.target, file = input.files[0]
  // What the browser cannot read is left to the server, which says what is wrong with it.
  const picture = file && await createImageBitmap(file).catch(() => null)
  if (!picture || file.type === 'image/svg+xml') return
  const scale = Math.min(1, tallest / picture.height, widest / picture.width)
  const canvas = Object.assign(document.createElement('canvas'), { width: Math.max(1, Math.round(picture.width * scale)), height: Math.max(1, Math.round(picture.height * scale)) })
  const context = canvas.getContext('2d', { willReadFrequently: true })
  context.drawImage(picture, 0, 0, canvas.width, canvas.height)
  propose(document.getElementById(input.dataset.logo), coloursOf(context.getImageData(0, 0, canvas.width, canvas.height).data))
  shown = canvas.toDataURL('image/png')
  show()
  if (scale === 1) return
  const blob = await new Promise((done) => canvas.toBlob(done, 'image/png'))
  const files = new DataTransfer()
  files.items.add(new File([blob], 'logo.png', { type: 'image/png' }))
  input.files = files.files
})
