// Gathers the panel's browser files into one folder: a style sheet, a script, two fonts and an icon sprite, each named
// by its content hash and stored beside its Brotli form, plus manifest.json (logical name -> file name).
// Usage: node Assets/build.js <output folder>
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import esbuild from 'esbuild'
import { PurgeCSS } from 'purgecss'
import subsetFont from 'subset-font'

const require = createRequire(import.meta.url)
const here = import.meta.dirname
const out = path.resolve(process.argv[2])
const dist = path.join(out, 'dist')
await rm(dist, { recursive: true, force: true })
await mkdir(dist, { recursive: true })

const manifest = {}
async function emit(name, bytes) {
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 12)
  const extension = path.extname(name)
  const file = `${path.basename(name, extension)}.${hash}${extension}`
  await writeFile(path.join(dist, file), bytes)
  // A font is Brotli inside already.
  if (extension !== '.woff2')
    await writeFile(path.join(dist, file + '.br'), brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }))
  manifest[name] = file
  return file
}

const range = (from, to) => String.fromCodePoint(...Array.from({ length: to - from + 1 }, (_, i) => from + i))
const latin = range(0x20, 0x7e) + range(0xa0, 0xff) + '–—‘’‚“”„•…‹›€™←↑→↓−×\u2009\u202f'
const centralEurope = 'ĄąĆćĘęŁłŃńŚśŹźŻżČčĎďĚěŇňŘřŠšŤťŮůŽžĹĺĽľŔŕŐőŰűĂăȘșȚțŞşŢţĐđ'
const inter = (name) => readFile(require.resolve(`@fontsource-variable/inter/files/inter-${name}-wght-normal.woff2`))
const fonts = {
  'inter-latin.woff2': await subsetFont(await inter('latin'), latin, { targetFormat: 'woff2' }),
  'inter-central-europe.woff2': await subsetFont(await inter('latin-ext'), centralEurope, { targetFormat: 'woff2' })
}
const fontFiles = {}
for (const [name, bytes] of Object.entries(fonts)) fontFiles[name] = await emit(name, bytes)

const names = (await readFile(path.join(here, 'icons.txt'), 'utf8')).split('\n').filter(Boolean)
const symbols = await Promise.all(names.map(async (name) => {
  const svg = await readFile(require.resolve(`@tabler/icons/outline/${name}.svg`), 'utf8')
  const shapes = svg.slice(svg.indexOf('>') + 1, svg.lastIndexOf('</svg>'))
    .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none" ?\/>/, '').replace(/\s*\n\s*/g, '')
  return `<symbol id="${name}" viewBox="0 0 24 24">${shapes}</symbol>`
}))
await emit('icons.svg', Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>\n`))

const fontNames = {
  name: 'hashed-fonts',
  setup: (build) => build.onResolve({ filter: /^inter-.*\.woff2$/ }, (args) => ({ path: './' + fontFiles[args.path], external: true }))
}
// Of the kit only what some page may use: every word of a component, of our code or of a script may be a class.
const panel = path.join(here, '..')
const pages = (await readdir(panel, { recursive: true })).filter((file) => /\.(razor|cs|js)$/.test(file) && !/^(node_modules|obj|bin)\b/.test(file))
const kit = {
  name: 'used-kit',
  setup: (build) => build.onLoad({ filter: /bootstrap\.css$/ }, async (args) => {
    const [used] = await new PurgeCSS().purge({
      css: [args.path], content: pages.map((file) => path.join(panel, file)), safelist: { greedy: [/data-bs-theme/] }, variables: false, keyframes: false, fontFace: false
    })
    return { contents: used.css, loader: 'css' }
  })
}
async function bundle(entry, name, options) {
  const result = await esbuild.build({
    entryPoints: [path.join(here, entry)], bundle: true, minify: true, write: false, legalComments: 'none',
    nodePaths: [path.join(here, '..', 'node_modules')], logLevel: 'warning', ...options
  })
  await emit(name, Buffer.from(result.outputFiles[0].contents))
}
await bundle('styles/panel.css', 'panel.css', { plugins: [fontNames, kit] })
// Small files of single pages stand apart, so that no other page carries them.
for (const script of ['panel.js', 'settings.js', 'look.js']) await bundle(script, script, { format: 'iife', target: 'es2022' })
await writeFile(path.join(dist, 'manifest.json'), JSON.stringify(manifest, null, 2) + '\n')
