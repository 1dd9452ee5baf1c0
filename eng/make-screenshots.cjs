// Photographs the pages of a running demo; started by make-screenshots.sh, which says where everything is.
const { execFileSync } = require('node:child_process')
const { readFileSync } = require('node:fs')
const path = require('node:path')
const { chromium } = require(process.env.PLAYWRIGHT)

const facts = JSON.parse(readFileSync(process.env.FACTS, 'utf8').split('\n')[0])
const locale = process.env.LANGUAGE_OF_PICTURES === 'en' ? 'en-GB' : 'pl-PL'
const section = (name) => `/stores/sklep-pod-lipa/${name}`
const store = section('export')
const limit = (perSecond) => execFileSync(process.env.PROGRAM, ['limits', '--data', process.env.DATA, '--shop-per-second', perSecond])

async function main() {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] })
  try {
    const context = await browser.newContext({ locale, timezoneId: 'Europe/Warsaw', viewport: { width: 1280, height: 800 }, colorScheme: 'light', reducedMotion: 'reduce' })
    context.setDefaultTimeout(120_000)
    const page = await context.newPage()
    const open = (address) => page.goto(new URL(address, facts.panel).href)
    const shoot = async (name) => {
      await page.evaluate(() => document.fonts.ready)
      await page.screenshot({ path: path.join(process.env.OUTPUT, `${name}.png`) })
      console.log(`${name}.png  ${new URL(page.url()).pathname}`)
    }

    await open('/login')
    await shoot('login')
    await page.fill('#f-email', facts.email)
    await page.fill('#f-password', facts.password)
    await page.click('main form button.btn-primary')
    await page.waitForURL((address) => address.pathname === '/')
    await shoot('dashboard')

    await open('/contacts')
    await shoot('contacts')
    // Somebody who subscribed and bought, with the reasons of the newest event laid open.
    await open('/contacts?email=Granted')
    await page.click('tbody tr:has(.tag) a.strong')
    await page.locator('details.why summary').first().click()
    await shoot('contact')

    await open('/deliveries/delivered')
    await shoot('deliveries')

    for (const name of ['integrations', 'user-settings', 'settings', 'account']) {
      await open(section(name))
      // Parts that are asked for after the page is there have come.
      await page.waitForFunction(() => !document.querySelector('[hx-trigger="load"][hx-get]'))
      await shoot(name)
    }
    await open('/stores/new')
    await shoot('add-store')
    await open('/system')
    await shoot('system')
    await shootDarkTelephone(browser, context)

    // An export with something to send, from a shop that is asked seldom.
    await open(store)
    await page.click('#step-2 details.more summary')
    await page.fill('#f-tags-transactions', 'HISTORIA_2026')
    await shootForm(page, shoot)
    await page.click('#step-1 details.more summary')
    await page.fill('#f-tags-contacts', 'HISTORIA_2026')
    await page.check('#step-1 input[name=none]')
    await page.click('#step-1 form > div:last-child button')
    await page.waitForSelector('form[action$="/start"] button')
    await shoot('export-preview')
    limit('1')
    await page.click('form[action$="/start"] button')
    await page.waitForFunction(() => Number(document.querySelector('#run [role=progressbar]')?.getAttribute('aria-valuenow')) >= 60 && document.querySelector('.sp'))
    await page.evaluate(() => document.activeElement.blur())
    await shoot('export')
    limit('off')
  } finally {
    await browser.close()
  }
}

// The dashboard as the owner sees it in the evening, on a telephone.
async function shootDarkTelephone(browser, loggedIn) {
  const context = await browser.newContext({
    locale, timezoneId: 'Europe/Warsaw', viewport: { width: 390, height: 844 }, colorScheme: 'dark', reducedMotion: 'reduce', storageState: await loggedIn.storageState()
  })
  const page = await context.newPage()
  await page.goto(facts.panel)
  await page.evaluate(() => document.fonts.ready)
  await page.screenshot({ path: path.join(process.env.OUTPUT, 'dashboard-telephone-dark.png') })
  console.log('dashboard-telephone-dark.png  /')
  await context.close()
}

// The form as a whole, however long the page is.
async function shootForm(page, shoot) {
  await page.setViewportSize({ width: 1280, height: 1100 })
  await page.evaluate(() => { document.activeElement.blur(); scrollTo(0, 0) })
  await shoot('export-form')
  await page.setViewportSize({ width: 1280, height: 800 })
}

main().catch((problem) => { console.error(problem); process.exit(1) })
