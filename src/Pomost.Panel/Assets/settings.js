// The 24 bars of the pace of exports: dragged, they write into the number fields, which are what is sent.
const chart = document.querySelector('svg[data-hours]')
if (chart) {
  const foot = 18
  const scale = Number(chart.dataset.scale), room = Number(chart.dataset.hours) - foot
  const bars = [...chart.querySelectorAll('rect[data-hour]')]
  const field = (hour) => document.getElementById(`f-h${hour}`)
  const within = (number, least, most) => Math.min(Math.max(number, least), most)
  const draw = (hour) => {
    const height = Math.max(1, within(Number(field(hour).value) || 0, 0, scale) * room / scale)
    bars[hour].setAttribute('height', height)
    bars[hour].setAttribute('y', room - height)
  }
  const drag = (event) => {
    // In the picture's own measure: it may stand narrower than its box.
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(chart.getScreenCTM().inverse())
    const hour = within(Math.floor(x / 20), 0, 23)
    const share = within(1 - y / room, 0, 1)
    field(hour).value = Math.round(share * scale / 10) * 10
    field(hour).dispatchEvent(new Event('input', { bubbles: true }))
  }
  if (!field(0).readOnly) {
    chart.classList.add('drags')
    chart.addEventListener('pointerdown', (event) => { chart.setPointerCapture(event.pointerId); drag(event) })
    chart.addEventListener('pointermove', (event) => { if (chart.hasPointerCapture(event.pointerId)) drag(event) })
    bars.forEach((_, hour) => field(hour).addEventListener('input', () => draw(hour)))
  }
}
