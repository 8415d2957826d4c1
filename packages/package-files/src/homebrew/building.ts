import type { BuildPlan, BuildTools, CommandBuild } from '../build-plan.ts'
import { rubyString } from '../languages/ruby.ts'
import type { PackageSubject } from '../package-file.ts'
import type { GitSource } from '../source.ts'
import { indented } from './formula.ts'

interface Tool {
  readonly formula: string
  /** Whether what was built needs it as well. */
  readonly atRunTime: boolean
}

const TOOLS: Readonly<Record<BuildTools, readonly Tool[]>> = {
  cargo: [{ formula: 'rust', atRunTime: false }],
  npm: [{ formula: 'node', atRunTime: true }],
  pip: [{ formula: 'python@3.13', atRunTime: true }],
  cmake: [{ formula: 'cmake', atRunTime: false }],
  make: [],
}

export function buildTools(plan: BuildPlan): readonly Tool[] {
  return TOOLS[plan.kind === 'cargo' ? 'cargo' : plan.tools]
}

/** The body of `install`: the same command, variables and folders as `rbee-publish` uses. */
export function buildLines(subject: PackageSubject, { folder }: GitSource, plan: BuildPlan): string[] {
  const lines = plan.kind === 'cargo' ? cargoLines(subject, plan.feature) : commandLines(subject, plan)
  return folder === '' ? lines : [`cd ${rubyString(folder)} do`, ...indented(lines, 1), 'end']
}

/** A manifest may call variants by names that its Cargo.toml has no features for: then the build is the plain one. */
function cargoLines({ release }: PackageSubject, feature: string): string[] {
  return [
    'features = File.read("Cargo.toml")[/^\\[features\\]$(.*?)(?=^\\[|\\z)/m, 1].to_s',
    'args = ["--release", "--target-dir", buildpath/"target"]',
    `args += ["--no-default-features", "--features", ${rubyString(feature)}] if features.match?(/^\\s*"?${feature}"?\\s*=/)`,
    'system "cargo", "build", *args',
    `bin.install buildpath/"target/release"/${rubyString(release.binary_name)}`,
  ]
}

/** The same locks in the same order as a PKGBUILD looks for: pnpm's lies at the root of a workspace. */
const NPM_LINES = [
  'if File.exist?("package-lock.json")',
  '  system "npm", "ci"',
  'elsif File.exist?("pnpm-lock.yaml") || (buildpath/"pnpm-lock.yaml").exist?',
  '  system "npx", "--yes", "pnpm", "install", "--frozen-lockfile"',
  'else',
  '  system "npm", "install"',
  'end',
]

function commandLines({ release, variant }: PackageSubject, plan: CommandBuild): string[] {
  const output = plan.output === null ? 'buildpath/"output"' : `Pathname.pwd/${outputPath(plan.output)}`
  return [
    ...(plan.tools === 'npm' ? NPM_LINES : []),
    `ENV["RBEE_VARIANT"] = ${rubyString(variant.name)}`,
    `ENV["RBEE_VERSION"] = ${rubyString(release.version)}`,
    'ENV["RBEE_PLATFORM"] = platform = "#{OS.mac? ? "macos" : "linux"}-#{Hardware::CPU.arm? ? "aarch64" : "x86_64"}"',
    `output = ${output}`,
    'ENV["RBEE_OUTPUT"] = output.to_s',
    ...(plan.output === null ? ['output.mkpath'] : []),
    `system ${plan.command.map(rubyString).join(', ')}`,
    'libexec.install output.children',
    `bin.write_exec_script libexec/"bin"/${rubyString(release.binary_name)}`,
  ]
}

/** A string in which `{platform}` is what the machine is. */
function outputPath(output: string): string {
  return output.includes('{platform}')
    ? `${rubyString(output)}.gsub("{platform}", platform)`
    : rubyString(output)
}
