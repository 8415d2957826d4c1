import path from 'node:path'
import { PROGRAM_NAMES } from '@rbee/schema'
import { build } from 'esbuild'
import { CLONE } from './clone.ts'
import { type Edition, embeddedPackages, replacedModules } from './replaced-modules.ts'

/** What went into a bundle. */
export interface Bundle {
  /** Folders of the packages of others, absolute: each has a licence to be told. */
  readonly packages: readonly string[]
}

/**
 * Bundles the programs with everything they need into `folder`: one small file per program that is started, and chunks
 * that are loaded when a command needs them. The same sources give the same bytes, and no path of this machine is in them.
 */
export async function bundlePrograms(
  folder: string,
  { edition, version }: { readonly edition: Edition; readonly version: string },
): Promise<Bundle> {
  const result = await build({
    absWorkingDir: CLONE,
    entryPoints: entriesOf(edition),
    outdir: folder,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    // Lines and names stay, so that a defect's stack can be read.
    minifySyntax: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'error',
    banner: { js: COMMONJS_NAMES },
    define: { RBEE_VERSION: JSON.stringify(version) },
    plugins: [replacedModules(edition)],
  })
  const packages = [...packageFolders(Object.keys(result.metafile.inputs)), ...embeddedPackages()]
  return { packages: [...new Set(packages)].toSorted() }
}

function entriesOf(edition: Edition): Record<string, string> {
  switch (edition) {
    case 'package':
      return Object.fromEntries(PROGRAM_NAMES.map((program) => [program, `apps/cli/src/entry/${program}.ts`]))
    case 'executable':
      return { rbee: 'apps/cli/distribution/executable/main.ts' }
  }
}

/** What CommonJS packages expect to find in a module's scope. */
const COMMONJS_NAMES = `import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);`

function packageFolders(inputs: readonly string[]): readonly string[] {
  const folders = inputs.flatMap((input) => {
    // `…/node_modules/@a/b/lib/c.js` → `…/node_modules/@a/b`
    const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input)?.[0]
    return folder === undefined ? [] : [path.resolve(CLONE, folder)]
  })
  return folders
}
