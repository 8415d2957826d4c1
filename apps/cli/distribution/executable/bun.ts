import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Platform } from '@rbee/schema'
import { hostPlatform } from '../../src/publish/host-platform.ts'
import { CLONE } from '../clone.ts'

const VERSION = '1.4.5'

/** One edition of the runtime: the npm package that holds it, and what its tarball has to be. */
interface Runtime {
  readonly package: string
  /** Of the package's tarball, as the npm registry states it. */
  readonly integrity: string
  readonly target: string
}

/** For x86_64 those that do without AVX2, which many processors that people still use lack. */
const RUNTIMES: Readonly<Record<Platform, Runtime>> = {
  'linux-x86_64': {
    package: '@oven/bun-linux-x64-baseline',
    integrity:
      'sha512-s8yMwYcFnnrA178gji0gZbkE2WVDej/Ti1x770oPfihxyRxSMNhGhiAQNXV53aDeraZxksdvKV/RAdQBCd0qPA==',
    target: 'bun-linux-x64-baseline',
  },
  'linux-aarch64': {
    package: '@oven/bun-linux-aarch64',
    integrity:
      'sha512-4BXmsSKnjOrlGWqZV4x/oWa7AVoR+B6lCXddMzOAXBIm3t50eslg9wb66gmtW1AamEQ1l1CDvmmruysEhqOWMg==',
    target: 'bun-linux-arm64',
  },
  'macos-x86_64': {
    package: '@oven/bun-darwin-x64-baseline',
    integrity:
      'sha512-zqfLA5A4B+hYMh5WYzYSot3uZ06FzhdP0OEwQisEzdirYtXGj5cQFlfy31BGfNsAsk1Gd/w/OxJ/jqqJ3cMclw==',
    target: 'bun-darwin-x64-baseline',
  },
  'macos-aarch64': {
    package: '@oven/bun-darwin-aarch64',
    integrity:
      'sha512-4MIFXHmctH2EhAxLXm2/qxNtv17dFtLJylvaOCsrgq6KSqHTs6eW5YSrJjRbJxYUJaR901fsN8JfZOa+CsWpWQ==',
    target: 'bun-darwin-arm64',
  },
  'windows-x86_64': {
    package: '@oven/bun-windows-x64-baseline',
    integrity:
      'sha512-/U3Dc74uGqE6EUqef7mPtg9KwJs7iJH4JHRMfIZIn18MrJh6Xz4gVvWDXRvzCL2j8wPlTnJVyrO4n7Qq4uM7TQ==',
    target: 'bun-windows-x64-baseline',
  },
  'windows-aarch64': {
    package: '@oven/bun-windows-aarch64',
    integrity:
      'sha512-MiPFZnBNDnBXgr1oONc5pizC4fOLjnIOfNkYdFEnWzLmoFTg86naZIG3SvS7d/GglpQSAnCKMAzSjI/TAckiRw==',
    target: 'bun-windows-arm64',
  },
}

/** Every platform that executables are built for. */
export const EXECUTABLE_PLATFORMS = Object.keys(RUNTIMES) as readonly Platform[]

/** What the runtime's authors want to be told with every copy; its packages hold no such text. */
export const RUNTIME_NOTICE = `bun ${VERSION} (MIT)

The executables hold the runtime Bun, whose own code is under the MIT licence and which links JavaScriptCore and WebKit
under the LGPL 2 and further libraries. Its licences and sources are at https://bun.com/docs/project/license and
https://github.com/oven-sh/bun.`

const CACHE = path.join(CLONE, 'node_modules/.cache/bun', VERSION)

/** Compiles a bundle into an executable for `platform`, on any machine. */
export async function compileExecutable(entry: string, platform: Platform, output: string): Promise<void> {
  const host = hostPlatform(process)
  if (host === null) throw new Error(`executables cannot be built on ${process.platform} ${process.arch}`)
  const compiler = await runtimeFor(host)
  const runtime = await runtimeFor(platform)
  const { status, stderr, error } = spawnSync(
    compiler,
    [
      'build',
      '--compile',
      `--target=${RUNTIMES[platform].target}`,
      `--compile-executable-path=${runtime}`,
      // Files that lie in the folder where somebody runs a program must not change what it does.
      '--no-compile-autoload-dotenv',
      '--no-compile-autoload-bunfig',
      // Compiled ahead, and in pieces that are loaded when they are needed: the start takes a quarter of the time.
      '--bytecode',
      '--format=esm',
      '--splitting',
      '--minify-syntax',
      '--minify-whitespace',
      `--outfile=${output}`,
      entry,
    ],
    { encoding: 'utf8', cwd: path.dirname(entry), env: { ...process.env, DO_NOT_TRACK: '1' } },
  )
  if (error) throw error
  if (status !== 0) throw new Error(`bun could not compile for ${platform}:\n${stderr}`)
}

/** Whether executables for `platform` can be built without fetching anything: a build did before. */
export function hasRuntime(platform: Platform): boolean {
  return existsSync(runtimePath(platform))
}

/** The runtime's executable, out of the npm registry where it is not in the clone's cache. */
async function runtimeFor(platform: Platform): Promise<string> {
  if (!hasRuntime(platform)) await fetchRuntime(RUNTIMES[platform], runtimeFolder(platform))
  return runtimePath(platform)
}

function runtimeFolder(platform: Platform): string {
  return path.join(CACHE, platform)
}

function runtimePath(platform: Platform): string {
  return path.join(runtimeFolder(platform), 'bin', platform.startsWith('windows') ? 'bun.exe' : 'bun')
}

async function fetchRuntime(runtime: Runtime, folder: string): Promise<void> {
  await mkdir(CACHE, { recursive: true })
  const scratch = await mkdtemp(path.join(CACHE, 'new-'))
  try {
    const packed = ['pack', '--silent', `${runtime.package}@${VERSION}`, '--pack-destination', scratch]
    execFileSync('npm', packed, { cwd: scratch, shell: process.platform === 'win32' })
    const [tarball] = await readdir(scratch)
    if (tarball === undefined) throw new Error(`npm did not fetch ${runtime.package}`)
    const file = path.join(scratch, tarball)
    const integrity = `sha512-${createHash('sha512')
      .update(await readFile(file))
      .digest('base64')}`
    if (integrity !== runtime.integrity) {
      throw new Error(
        `${runtime.package} ${VERSION} has the integrity ${integrity}, not ${runtime.integrity}`,
      )
    }
    execFileSync('tar', ['-xzf', tarball], { cwd: scratch })
    await rm(folder, { recursive: true, force: true })
    await rename(path.join(scratch, 'package'), folder)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}
