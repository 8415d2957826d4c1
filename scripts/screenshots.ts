import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startCatalog } from '../apps/cli/src/hive/e2e/catalog.ts'
import { hasChromium, NO_CHROMIUM, openChromium } from '../packages/testing/src/browser/browser.ts'
import { type Camera, type Theme, takePictures } from './screenshots/camera.ts'
import {
  EDGES,
  LONG_PAGES,
  PAGES,
  PAGES_WITH_A_MACHINE,
  PAGES_WITHOUT_WORKERS,
  PRINTED,
} from './screenshots/pages.ts'
import { bringWorkers } from './screenshots/workers.ts'

const USAGE = `screenshots [FOLDER] [--only TEXT] [--widths 360,1280] [--themes light,dark]

Takes pictures of every kind of page, with workers in every state, at three widths in both themes.
--only takes those whose names hold the text, such as worker-llm or empty.`
const WIDTHS = [360, 1024, 1920]
const THEMES: readonly Theme[] = ['light', 'dark']

/** A computer without a GPU that workers could use. */
const MACHINE = {
  os: 'linux',
  arch: 'x86_64',
  libc: { name: 'glibc', version: '2.41' },
  cpu: { model: 'AMD Ryzen 7 7700', cores: 8 },
  memory_bytes: 32 * 2 ** 30,
  disk_free_bytes: 400 * 2 ** 30,
  gpus: [],
}

const { values, positionals } = parseArgs({
  options: {
    help: { type: 'boolean' },
    only: { type: 'string' },
    widths: { type: 'string' },
    themes: { type: 'string' },
  },
  allowPositionals: true,
})
if (values.help) {
  console.log(USAGE)
  process.exit()
}
if (!hasChromium()) {
  console.error(NO_CHROMIUM)
  process.exit(1)
}
const [place = 'dist/screenshots'] = positionals
const folder = resolve(process.env.INIT_CWD ?? process.cwd(), place)
await mkdir(folder, { recursive: true })
const browser = await openChromium()
try {
  await using full = await startCatalog()
  await bringWorkers(full)
  await using empty = await startCatalog()
  await takeAll({ browser, folder, only: values.only ?? null }, full.url, empty.url)
} finally {
  await browser.close()
}
console.log(`the pictures are in ${folder}`)

async function takeAll(camera: Camera, full: string, empty: string): Promise<void> {
  const widths = values.widths?.split(',').map(Number) ?? WIDTHS
  const themes = THEMES.filter((theme) => values.themes?.split(',').includes(theme) ?? true)
  const profile = JSON.stringify(MACHINE)
  for (const width of widths) {
    for (const theme of themes) {
      const screen = { width, theme, registry: full }
      await takePictures(camera, { ...screen, name: 'full', pages: [...PAGES, ...LONG_PAGES] })
      await takePictures(camera, { ...screen, name: 'machine', pages: PAGES_WITH_A_MACHINE, profile })
      await takePictures(camera, { ...screen, name: 'empty', pages: PAGES_WITHOUT_WORKERS, registry: empty })
      process.stderr.write(`${width} pixels, ${theme}\n`)
    }
  }
  if (values.widths !== undefined) return
  for (const width of EDGES.widths) {
    await takePictures(camera, { name: 'edge', pages: EDGES.pages, width, theme: 'light', registry: full })
  }
  const paper = { width: 794, theme: 'light', printed: true } as const
  await takePictures(camera, { name: 'print', pages: PRINTED, registry: full, ...paper })
}
