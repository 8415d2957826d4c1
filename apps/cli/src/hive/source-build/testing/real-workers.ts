import type { CatalogEntry, ManifestInput } from '@rbee/schema'
import { aCatalogEntry, aManifest } from '@rbee/testing'
import { HOST_ARCH, HOST_OS } from '../../e2e/catalog.ts'

/** A worker in Rust that needs no crate, in a folder of a repository. */
export const RUST = {
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

/** A worker whose command fills a folder, and needs no package. */
export const SCRIPTED = {
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
export function aGeneratedWorker(
  id: string,
  git: { readonly url: string; readonly commit: string; readonly path: string },
  build: Partial<ManifestInput['build']>,
): CatalogEntry {
  const { url, commit, path } = git
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
    git: { url, commit, path, branch: 'main' },
    readme: null,
  })
}
