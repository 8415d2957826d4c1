import { aCatalogEntry, aManifest, TemporaryFolder } from '@rbee/testing'

/** The address that PKGBUILDs name; the tests send Git to a folder instead. */
export const GIT_URL = 'https://git.example/rbee/workers.git'

const RUST_MAIN = `fn main() {
    let kind = if cfg!(feature = "loud") { "LOUD" } else if cfg!(feature = "cpu") { "cpu" } else { "plain" };
    println!("{} {}", kind, std::env::args().skip(1).collect::<Vec<_>>().join("|"));
}
`
const CARGO_TOML = `[package]
name = "rust-echo"
version = "1.0.0"
edition = "2021"

[features]
default = ["loud"]
loud = []
cpu = []
`
/** Takes the types away, as far as Node does it by itself, and makes a program. */
const BUILD_JS = `import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
const output = process.env.RBEE_OUTPUT
mkdirSync(output + '/bin', { recursive: true })
mkdirSync(output + '/lib', { recursive: true })
writeFileSync(output + '/lib/greeting.json', JSON.stringify({ variant: process.env.RBEE_VARIANT }))
const script = stripTypeScriptTypes(readFileSync('src/main.ts', 'utf8'))
writeFileSync(output + '/bin/ts-echo', '#!/usr/bin/env node\\n' + script)
chmodSync(output + '/bin/ts-echo', 0o755)
`
const TS_MAIN = `const { readFileSync, realpathSync } = require('node:fs')
const { dirname, join } = require('node:path')
const words: readonly string[] = process.argv.slice(2)
const root: string = join(dirname(realpathSync(process.argv[1])), '..')
const { variant } = JSON.parse(readFileSync(join(root, 'lib/greeting.json'), 'utf8'))
console.log(variant + ' ' + words.join('|'))
`

/** A repository of two small workers: Rust with its standard library alone, and TypeScript. */
export async function workersRepository(): Promise<{ folder: TemporaryFolder; commit: string }> {
  const folder = await TemporaryFolder.create()
  await folder.init()
  await folder.write({
    LICENSE: 'The licence of all',
    'workers/rust echo/Cargo.toml': CARGO_TOML,
    'workers/rust echo/src/main.rs': RUST_MAIN,
    'workers/ts-echo/package.json': JSON.stringify({
      name: 'ts-echo',
      version: '1.0.0',
      private: true,
      scripts: { build: 'node build.mjs' },
    }),
    'workers/ts-echo/build.mjs': BUILD_JS,
    'workers/ts-echo/src/main.ts': TS_MAIN,
    'workers/ts-echo/COPYING': 'The licence of one',
  })
  return { folder, commit: await folder.commit() }
}

/** The two workers as a catalog describes them. */
export function workerEntries(commit: string) {
  const platforms = { linux: ['x86_64' as const, 'aarch64' as const] }
  const git = (path: string) => ({ url: GIT_URL, commit, branch: 'main', path })
  return {
    rust: aCatalogEntry({
      manifest: aManifest({
        id: 'rust-echo',
        description: `It's "an echo" with a price of $HOME and \`touch x\``,
        license: 'MIT OR Apache-2.0',
        platforms,
        build: { features: ['cpu'], default_feature: 'cpu', system: 'cargo' },
        dependencies: { system: ['libgcc_s.so.1'] },
      }),
      git: git('workers/rust echo'),
    }),
    typescript: aCatalogEntry({
      manifest: aManifest({
        id: 'ts-echo',
        platforms,
        build: {
          features: ['cpu'],
          default_feature: 'cpu',
          system: 'npm',
          output: 'dist of {variant}/{platform}',
        },
      }),
      git: git('workers/ts-echo'),
    }),
  }
}
