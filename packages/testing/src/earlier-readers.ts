import { z } from 'zod'

// The clients of earlier catalog servers, as schemas of what each of them must find in an entry of `/workers`. Their
// enums are closed: one foreign value anywhere makes the whole list unreadable to them.

const text = z.string().min(1)
const texts = z.array(z.string())
const platforms = z.array(z.enum(['linux', 'macos', 'windows'])).min(1)
const architectures = z.array(z.enum(['x86_64', 'aarch64'])).min(1)
const backend = z.enum(['cpu', 'cuda', 'metal', 'rocm'])
const implementation = z.enum(['rust', 'python', 'cpp'])
const source = z.object({
  type: text,
  url: text,
  branch: z.string().optional(),
  tag: z.string().optional(),
  path: z.string().optional(),
})
const build = z.object({
  features: texts.optional(),
  profile: z.string().optional(),
  flags: texts.optional(),
})

const readme = z.object({
  id: text,
  variant: text,
  description: text,
  arch: architectures,
  pkgbuild_url: text,
})

const hiveInstaller = z.object({
  id: text,
  name: text,
  version: text,
  platforms,
  architectures,
  depends: texts.optional(),
})

const common = {
  id: text,
  implementation,
  version: text,
  platforms,
  architectures,
  name: text,
  description: text,
  license: text,
  source,
  build,
  depends: texts,
  makedepends: texts,
}

const hivePage = z.object({
  ...common,
  worker_type: backend,
  pkgbuild_url: text,
  build_system: z.enum(['cargo', 'make', 'cmake']),
  binary_name: text,
  install_path: text,
  supported_formats: texts,
  max_context_length: z.number().int().optional(),
  supports_streaming: z.boolean(),
  supports_batching: z.boolean(),
})

const camelCase = {
  ...common,
  workerType: backend,
  pkgbuildUrl: text,
  binaryName: text,
  installPath: text,
  supportedFormats: texts,
  maxContextLength: z.number().int().optional(),
  supportsStreaming: z.boolean(),
  supportsBatching: z.boolean(),
}

const rustContract = z.object({ ...camelCase, buildSystem: z.enum(['cargo', 'make', 'cmake']) })
const typescriptContract = z.object({ ...camelCase, buildSystem: z.enum(['cargo', 'cmake', 'pip', 'npm']) })

const marketplace = z.object({
  id: text,
  implementation,
  version: text,
  name: text,
  description: text,
  license: text,
  coverImage: z.string().optional(),
  readmeUrl: z.string().optional(),
  buildSystem: z.enum(['cargo', 'cmake', 'pip', 'npm']),
  source,
  variants: z
    .array(
      z.object({
        backend,
        platforms,
        architectures,
        pkgbuildUrl: text,
        pkgbuildUrlGit: text,
        homebrewFormula: text,
        homebrewFormulaGit: text,
        build,
        depends: texts,
        makedepends: texts,
        binaryName: text,
        installPath: text,
      }),
    )
    .min(1),
  capabilities: z.object({
    supportedFormats: texts,
    maxContextLength: z.number().int().optional(),
    supportsStreaming: z.boolean(),
    supportsBatching: z.boolean(),
  }),
})

export const EARLIER_READERS = {
  'the README': readme,
  'the installer of the hive': hiveInstaller,
  'the page and the list of the hive': hivePage,
  'the Rust contract': rustContract,
  'the TypeScript contract': typescriptContract,
  'the adapter of the marketplace': marketplace,
} as const
