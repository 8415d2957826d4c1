import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { readMigrations } from '@rbee/db/sqlite/migrations'
import type { OnLoadResult, Plugin } from 'esbuild'
import { officialWorkers } from '../src/catalog/check/official-workers.ts'
import { CLONE } from './clone.ts'

/** What is bundled: an npm package, which runs on a Node that is there, or an executable, which brings a runtime along. */
export type Edition = 'package' | 'executable'

const HERE = fileURLToPath(new URL('./', import.meta.url))

/** What stands in the place of a module: another file beside this one, or the text of a module. */
type Replacement = string | (() => Promise<OnLoadResult>)

const MIGRATION_FILES = 'packages/db/src/sqlite/migration-files.ts'
const OFFICIAL_WORKERS = 'apps/cli/src/catalog/check/official-workers.ts'
const GRAMMAR_FILES = 'packages/pkgbuild/src/syntax/grammar-files.ts'

/** Modules that read files of the clone become modules that hold what they would read. */
const EMBEDDED: Readonly<Record<string, Replacement>> = {
  [MIGRATION_FILES]: async () => ({
    contents: `const migrations = ${JSON.stringify(readMigrations())}\nexport const readMigrations = () => migrations\n`,
  }),
  // Names that nobody else may have, also where the project's own workers are not at hand.
  [OFFICIAL_WORKERS]: async () => ({
    contents: `const workers = ${JSON.stringify(await officialWorkers(undefined))}\nexport const officialWorkers = async () => workers\n`,
  }),
  // Imported by the function, so that its megabytes are loaded only where a PKGBUILD is read.
  [GRAMMAR_FILES]: async () => ({
    contents: `export const readGrammarFiles = () => import('rbee:grammar')\n`,
    resolveDir: path.dirname(path.join(CLONE, GRAMMAR_FILES)),
  }),
}

/**
 * Modules that are other ones outside of a clone, by their path from the clone's folder. A replacement exports the names
 * that are imported from the clone's module, which it states with `satisfies`.
 */
const REPLACEMENTS: Readonly<Record<Edition, Readonly<Record<string, Replacement>>>> = {
  package: {
    ...EMBEDDED,
    'apps/cli/src/catalog/own-catalog.ts': 'packaged/own-catalog.ts',
    'apps/cli/src/entry/runtime.ts': 'packaged/runtime.ts',
    'apps/cli/src/programs/own-build.ts': 'packaged/own-build.ts',
    'packages/db/src/sqlite/engine.ts': 'packaged/sqlite-engine.ts',
  },
  executable: {
    ...EMBEDDED,
    'apps/cli/src/catalog/own-catalog.ts': 'packaged/own-catalog.ts',
    'apps/cli/src/entry/runtime.ts': 'executable/runtime.ts',
    'apps/cli/src/programs/own-build.ts': 'executable/own-build.ts',
  },
}

/** Puts the modules of an edition in the place of the clone's. Fails the build where nothing imports one any more. */
export function replacedModules(edition: Edition): Plugin {
  const replacements = new Map(
    Object.entries(REPLACEMENTS[edition]).map(([file, by]) => [path.join(CLONE, file), by]),
  )
  return {
    name: 'replaced-modules',
    setup(build) {
      const missing = new Set(replacements.keys())
      build.onResolve({ filter: /^\.{1,2}\// }, ({ path: wanted, resolveDir }) => {
        const file = path.resolve(resolveDir, wanted)
        const replacement = replacements.get(file)
        if (replacement === undefined) return null
        missing.delete(file)
        if (typeof replacement === 'string') return { path: path.join(HERE, replacement) }
        return { path: path.relative(CLONE, file), namespace: 'embedded' }
      })
      build.onLoad({ filter: /./, namespace: 'embedded' }, ({ path: file }) => {
        const replacement = replacements.get(path.join(CLONE, file))
        return typeof replacement === 'function' ? replacement() : null
      })
      build.onResolve({ filter: /^rbee:grammar$/ }, () => ({ path: 'grammar', namespace: 'data' }))
      build.onLoad({ filter: /^grammar$/, namespace: 'data' }, grammarModule)
      build.onEnd(() => ({
        errors: [...missing].map((file) => ({
          text: `nothing imports ${path.relative(CLONE, file)} any more`,
        })),
      }))
    },
  }
}

async function grammarModule(): Promise<OnLoadResult> {
  return {
    contents: [
      `const decode = (text) => new Uint8Array(Buffer.from(text, 'base64'))`,
      `export const parser = decode('${await packageFile('web-tree-sitter/web-tree-sitter.wasm')}')`,
      `export const bash = decode('${await packageFile('tree-sitter-bash/tree-sitter-bash.wasm')}')`,
    ].join('\n'),
  }
}

/** A file of a package that the module of the grammar depends on, in Base64. */
async function packageFile(name: string): Promise<string> {
  return (await readFile(resolvePackageFile(name))).toString('base64')
}

function resolvePackageFile(name: string): string {
  return createRequire(path.join(CLONE, GRAMMAR_FILES)).resolve(name)
}

/** Folders of packages that are in a bundle without being imported by it. */
export function embeddedPackages(): readonly string[] {
  return [path.dirname(resolvePackageFile('tree-sitter-bash/tree-sitter-bash.wasm'))]
}
