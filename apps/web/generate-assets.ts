import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { build, type Plugin } from 'esbuild'

const FOLDER = import.meta.dirname
/** Enough that no two contents share an address. */
const HASH_LENGTH = 20

/** The schema library's messages in fifty languages, of which it loads English by itself: half of what a browser would load. */
const ENGLISH_ONLY: Plugin = {
  name: 'english-only',
  setup({ onLoad }) {
    onLoad({ filter: /\/zod\/v4\/locales\/index\.js$/ }, () => ({ contents: '' }))
  },
}

interface Asset {
  /** Its name in the address: a hash of the content, and what it is. */
  readonly file: string
  readonly text: string
}

/**
 * What pages refer to, by name: the style sheet, one program per file of `islands`, and the icon. Servers carry the result
 * as data, so that none of them needs a build.
 */
export async function siteAssets(): Promise<Readonly<Record<string, Asset>>> {
  const islands = (await readdir(join(FOLDER, 'islands'))).filter((name) => /^[a-z-]+\.ts$/.test(name))
  const { outputFiles } = await build({
    absWorkingDir: FOLDER,
    entryPoints: [
      ...['site', 'compare', 'docs', 'home', 'search'].map((name) => `styles/${name}.css`),
      ...islands.sort().map((name) => `islands/${name}`),
    ],
    outdir: 'out',
    entryNames: '[name]',
    bundle: true,
    plugins: [ENGLISH_ONLY],
    minify: true,
    format: 'esm',
    target: ['es2022', 'chrome111', 'firefox115', 'safari16.4'],
    write: false,
    logLevel: 'silent',
  })
  const made = outputFiles.map(({ path, text }) => [basename(path), text] as const)
  const icon = ['icon.svg', await readFile(join(FOLDER, 'styles/icon.svg'), 'utf8')] as const
  return Object.fromEntries(
    [...made, icon].map(([name, text]) => [name, { file: fileName(name, text), text }]),
  )
}

function fileName(name: string, text: string): string {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, HASH_LENGTH)
  return `${hash}.${name.split('.').at(-1)}`
}
