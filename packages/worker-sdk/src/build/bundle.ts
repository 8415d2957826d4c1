import path from 'node:path'
import { build } from 'esbuild'
import type { ArtifactPlan } from './artifact-plan.ts'
import type { BuildTarget } from './build-target.ts'

/**
 * Bundles the entries with everything that can be bundled into `lib/*.mjs` and gives the folders of the packages that
 * went in. Nothing of the machine's paths is in the output: names are relative to the worker's folder, comments go.
 */
export async function bundle(plan: ArtifactPlan, target: BuildTarget): Promise<string[]> {
  const result = await build({
    absWorkingDir: plan.folder,
    entryPoints: [...plan.entries],
    outdir: path.join(target.output, 'lib'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    // Lines stay lines: Node prints the line of an uncaught failure.
    minifySyntax: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'error',
    external: [...plan.packages.map((files) => files.name), ...(plan.leaveOut ?? [])],
    banner: { js: COMMONJS_NAMES },
  })
  const folders = Object.keys(result.metafile.inputs).flatMap((input) => {
    const folder = packageFolderOf(path.resolve(plan.folder, input))
    return folder === null ? [] : [folder]
  })
  return [...new Set(folders)]
}

/** What CommonJS packages expect to find in a module's scope. */
const COMMONJS_NAMES = `import{createRequire as __createRequire}from"node:module";import{fileURLToPath as __toPath}from"node:url";const require=__createRequire(import.meta.url),__filename=__toPath(import.meta.url),__dirname=__toPath(new URL(".",import.meta.url));`

/** `…/node_modules/@a/b/lib/c.js` → `…/node_modules/@a/b` */
function packageFolderOf(file: string): string | null {
  return /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+(?=[\\/])/.exec(file)?.[0] ?? null
}
