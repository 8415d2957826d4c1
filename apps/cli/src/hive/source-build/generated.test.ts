import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { aCatalogEntry, aManifest } from '@rbee/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HOST_ARCH, HOST_OS } from '../e2e/catalog.ts'
import { findOnPath } from '../find-on-path.ts'
import { findBuildTools } from './build-tools.ts'
import { BUILD_PATH } from './sandbox.ts'
import {
  aBuildMachine,
  aPathWith,
  aSourceServer,
  type BuildMachine,
  type SourceServer,
} from './testing/build-machine.ts'
import { serveRepository } from './testing/source-repository.ts'

const tools = await findBuildTools(process.env.PATH)
const AGREED = typeof tools.sandbox === 'string' ? ['--yes', '--allow-unsandboxed'] : ['--yes']

let machine: BuildMachine
let sources: SourceServer
beforeAll(async () => {
  machine = await aBuildMachine()
  sources = await aSourceServer()
})
afterAll(async () => {
  await machine[Symbol.asyncDispose]()
  await sources[Symbol.asyncDispose]()
})

const RUST = {
  'crates/speaker/Cargo.toml': `[package]
name = "speaker"
version = "0.3.0"
edition = "2021"

[features]
default = []
cpu = []
`,
  'crates/speaker/src/main.rs': `fn main() {
    let backend = if cfg!(feature = "cpu") { "cpu" } else { "none" };
    println!("speaks on {backend}");
}
`,
  LICENSE: 'Apache-2.0\n',
}

const TYPESCRIPT = {
  'teller/package.json': '{"name":"teller","version":"0.3.0","private":true}\n',
  'teller/build.mjs': `import { mkdirSync, writeFileSync } from 'node:fs'
const { RBEE_OUTPUT: output, RBEE_VARIANT: variant } = process.env
mkdirSync(\`\${output}/bin\`, { recursive: true })
writeFileSync(\`\${output}/message\`, \`told by \${variant}\\n\`)
writeFileSync(\`\${output}/bin/teller\`, '#!/bin/sh\\nread -r line < "\${0%/*}/../message"\\necho "$line"\\n', { mode: 0o755 })
`,
  LICENSE: 'Apache-2.0\n',
}

/** A worker of a monorepo whose PKGBUILD the registry generates. */
function aGeneratedWorker(id: string, git: { url: string; commit: string; path: string }, build: object) {
  return aCatalogEntry({
    manifest: aManifest({
      id,
      name: id,
      binary_name: id,
      build: { features: ['cpu'], default_feature: 'cpu', ...build },
      platforms: { [HOST_OS]: [HOST_ARCH] },
      selftest: { command: [`bin/${id}`], timeout_seconds: 20 },
    }),
    version: '0.3.0',
    git: { ...git, branch: 'main' },
    readme: null,
  })
}

describe('a generated PKGBUILD', { timeout: 120_000 }, () => {
  const ways = [
    { builder: 'makepkg', programs: ['bash', 'git', 'bwrap', 'makepkg'] },
    { builder: 'rbee-hive', programs: ['bash', 'git', 'bwrap'] },
  ] as const

  it.for(ways)(
    'builds a worker in Rust by $builder, and one in JavaScript',
    async ({ builder, programs }, context) => {
      if (builder === 'makepkg' && tools.makepkg === null) context.skip('makepkg is missing')
      for (const name of ['cargo', 'node'])
        if (!(await findOnPath(name, BUILD_PATH))) context.skip(`${name} is missing in the system's folders`)
      await using rust = await serveRepository(sources, 'rust', RUST)
      await using script = await serveRepository(sources, 'script', TYPESCRIPT)
      const entries = [
        aGeneratedWorker('speaker', { ...rust, path: 'crates/speaker' }, { system: 'cargo' }),
        aGeneratedWorker('teller', { ...script, path: 'teller' }, { command: ['node', 'build.mjs'] }),
      ]
      const path = await aPathWith(machine.folder, programs)
      const speaker = await machine.buildEntry(entries, 'speaker', { path, agreed: AGREED })
      expect(speaker.build).toMatchObject({ builder, sources: [{ commit: rust.commit }] })
      expect(execFileSync(join(speaker.folder, 'bin/speaker')).toString()).toBe('speaks on cpu\n')
      const teller = await machine.buildEntry(entries, 'teller', { path, agreed: AGREED })
      expect(execFileSync(join(teller.folder, 'bin/teller')).toString()).toBe('told by cpu\n')
    },
  )
})
