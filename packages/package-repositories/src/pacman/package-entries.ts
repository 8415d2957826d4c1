import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { gzipSync } from 'node:zlib'
import type { PackEntry } from '@rbee/packaging'
import type { TarEntry } from '../files/compressed-tar.ts'
import { packageInfo } from './package-info.ts'
import type { PackageOffer } from './package-offer.ts'

/** What a package is made of. */
export interface PackageContents {
  /** In their order, beginning with those that pacman reads and does not install. */
  readonly entries: readonly TarEntry[]
  /** Of the installed files, in bytes. */
  readonly installedSize: number
}

const LICENSE_FILE = /^(?:licen[cs]e|copying|notice)(?:[.-][A-Za-z0-9.-]*)?$/i

/**
 * Lays a worker's build out as the PKGBUILDs do that the catalog generates: everything below `/usr/lib/rbee/WORKER`, a launcher
 * in `/usr/bin`, the licence where people look for it.
 */
export async function packageContents(
  offer: PackageOffer,
  payload: readonly PackEntry[],
): Promise<PackageContents> {
  const installed = installedEntries(offer, payload).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const installedSize = installed.reduce((sum, { size }) => sum + size, 0)
  const info = textEntry('.PKGINFO', packageInfo(offer, installedSize))
  const mtree = await mtreeOf([info, ...installed], offer.builtAt)
  // Without compression: what a compressor makes of the same text differs from one of its releases to the next.
  const entry = bytesEntry('.MTREE', gzipSync(mtree, { level: 0 }))
  return { entries: [entry, info, ...installed], installedSize }
}

function installedEntries(offer: PackageOffer, payload: readonly PackEntry[]): TarEntry[] {
  const home = `usr/lib/rbee/${offer.worker}`
  const licenses = `usr/share/licenses/${offer.name}`
  const entries = new Map<string, TarEntry>()
  const add = (entry: TarEntry) => {
    for (const folder of foldersAbove(entry.name)) entries.set(folder, folderEntry(folder))
    entries.set(entry.name, entry)
  }
  for (const { name, type, size, executable, source } of payload) {
    if (type === 'directory') add(folderEntry(`${home}/${name}/`))
    else add({ name: `${home}/${name}`, mode: executable ? 0o755 : 0o644, size, source })
    if (type === 'file' && LICENSE_FILE.test(name))
      add({ name: `${licenses}/${name}`, mode: 0o644, size, source })
  }
  // A program may look for what it needs beside itself, which a link would lead astray.
  add(
    textEntry(
      `usr/bin/${offer.program}`,
      `#!/bin/sh
exec /${home}/bin/${offer.program} "$@"
`,
      0o755,
    ),
  )
  return [...entries.values()]
}

function foldersAbove(name: string): string[] {
  const parts = name.replace(/\/$/, '').split('/')
  return parts.slice(0, -1).map((_, index) => `${parts.slice(0, index + 1).join('/')}/`)
}

function folderEntry(name: string): TarEntry {
  return { name, mode: 0o755, size: 0, source: null }
}

function textEntry(name: string, text: string, mode = 0o644): TarEntry {
  return bytesEntry(name, new TextEncoder().encode(text), mode)
}

function bytesEntry(name: string, bytes: Uint8Array, mode = 0o644): TarEntry {
  return { name, mode, size: bytes.length, source: { bytes } }
}

/** What `pacman -Qkk` compares installed files with: mtree(5), with the keywords that makepkg writes. */
async function mtreeOf(entries: readonly TarEntry[], time: number): Promise<string> {
  const lines = ['#mtree', '/set type=file uid=0 gid=0 mode=644']
  for (const entry of entries) {
    const { name, mode, size, source } = entry
    const head = `./${mtreeName(name.replace(/\/$/, ''))} time=${time}.0`
    if (source === null) lines.push(`${head} mode=755 type=dir`)
    else lines.push(`${head}${mode === 0o755 ? ' mode=755' : ''} size=${size} ${await digestsOf(source)}`)
  }
  return `${lines.join('\n')}\n`
}

/** Blanks, `#`, `=` and everything outside of ASCII in octal, as vis(3) writes it. */
function mtreeName(name: string): string {
  return [...new TextEncoder().encode(name)]
    .map((byte) => {
      const character = String.fromCharCode(byte)
      return /[\w./+,:@~-]/.test(character) ? character : `\\${byte.toString(8).padStart(3, '0')}`
    })
    .join('')
}

/** Up to version 6.0 pacman compares the one, later the other. */
async function digestsOf(source: NonNullable<TarEntry['source']>): Promise<string> {
  const md5 = createHash('md5')
  const sha256 = createHash('sha256')
  for await (const chunk of chunksOf(source)) {
    md5.update(chunk)
    sha256.update(chunk)
  }
  return `md5digest=${md5.digest('hex')} sha256digest=${sha256.digest('hex')}`
}

function chunksOf(source: NonNullable<TarEntry['source']>): AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
  return 'bytes' in source ? [source.bytes] : createReadStream(source.path, { highWaterMark: 2 ** 20 })
}
