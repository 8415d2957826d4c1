import type { Call, ScriptReading } from './calls.ts'
import { codeTexts } from './code-texts.ts'
import { HOME_DIR, PKG_DIR } from './markers.ts'
import { resolvePath } from './places.ts'
import { optionValues, WRITING_FORMS } from './writing-forms.ts'

/** The files and folders that a command writes, resolved; what only reads has none. */
export function targetsOf(call: Call, deeds: ScriptReading): readonly string[] {
  const { program, args, folder, path } = call
  if (program === null || deeds.functions.has(path)) return []
  if (program === 'cd' || program === 'pushd') return folderTargets(call)
  const form = WRITING_FORMS.get(program)
  const named = form === undefined ? outputsOf(program, args) : form(args)
  const targets = [...named, ...writtenByCode(call)].map((target) => resolvePath(target, folder))
  return installsToSystem(call, deeds) ? [...targets, '/usr'] : targets
}

const TOOLS =
  /^(?:gcc|g\+\+|cc|c\+\+|clang(?:\+\+)?|nvcc|hipcc|ld|lld|mold|ar|as|nasm|strip|objcopy|rustc|go|protoc|javac|jar|zip|convert|magick|ffmpeg|pandoc|upx|patchelf|tsc|esbuild)$/

/** What compilers and their like write: `-o FILE`. */
function outputsOf(program: string, args: readonly string[]): readonly string[] {
  if (program === 'pip' || program === 'pip3') return args.includes('--user') ? [HOME_DIR] : []
  if (/^(?:npm|pnpm|yarn)$/.test(program)) return optionValues(args, '', 'prefix')
  if (!TOOLS.test(program)) return []
  return optionValues(args, '', 'output').concat(
    args.flatMap((word, index) =>
      word === '-o' ? [args[index + 1] ?? ''] : /^-o\//.test(word) ? [word.slice(2)] : [],
    ),
  )
}

const WRITING_CODE =
  /\bopen\s*\(|\bwrite|\bprint|>>?|unlink|remove|rmtree|rename|move|copy|symlink|mkdir|makedirs|chmod|chown|File\.|Path\s*\(|appendFile/
/** A path of the machine in a text of code: of the temporary and configuration folders, of devices, of homes. */
const CODE_PATH =
  /["'`<>\s(](\/(?:etc|tmp|var|root|home|boot|opt|usr\/(?:local\/)?s?bin|dev\/(?!null|std|fd))[\w./-]*|~\/[\w./-]*)/g

/** The home folder in such a text. */
export const CODE_HOME =
  /\bhomedir\s*\(|Path\.home\s*\(|expanduser|\bDir\.home|\b(?:ENV|environ|env|getenv)\b.{0,3}HOME\b/

/** Paths outside of the build in code that awk, sed, Python and their like are given, where that code writes. */
function writtenByCode(call: Call): readonly string[] {
  const { program, args } = call
  if (program === null || !/^(?:g?awk|mawk|nawk|g?sed|python[\d.]*|perl|ruby|node|lua|php)$/.test(program))
    return []
  const isSed = /sed$/.test(program)
  const texts = [...args.filter((word) => /\s|\(/.test(word)), ...(isSed ? [] : codeTexts(call))]
  return texts.flatMap((text) => {
    if (isSed) return [...text.matchAll(/(?:^|[\s;/}|#,\d$])w\s+((?:\/|~)\S+)/g)].map(([, path = '']) => path)
    const written = /awk$/.test(program) ? />\s*"/.test(text) : WRITING_CODE.test(text)
    if (!written) return []
    const paths = [...text.matchAll(CODE_PATH)].map(([, path = '']) => path.replace(/^~/, HOME_DIR))
    return CODE_HOME.test(text) ? [...paths, HOME_DIR] : paths
  })
}

/** A build that goes to another folder writes there, whatever it runs; it may look into that of its PKGBUILD. */
function folderTargets({ args, folder }: Call): readonly string[] {
  const target = args.find((word) => !/^-[LPe@]$/.test(word) && word !== '--')
  if (target === '-') return []
  if (target === undefined) return [HOME_DIR]
  const resolved = resolvePath(target, folder)
  return /^(?:\/\ue002|\ue008)/.test(resolved) ? [] : [resolved]
}

/** `make install` and its like, where neither the call nor anything before it says `$pkgdir`. */
function installsToSystem(call: Call, deeds: ScriptReading): boolean {
  const { program, args, assigned } = call
  if (program === null || !isInstallation(program, args)) return false
  const saysPackage = (text: string) => text.includes(PKG_DIR)
  if ([...args, ...assigned].some(saysPackage)) return false
  const isConfigured = deeds.calls.some((other) =>
    other.args.some((word) => /prefix|DESTDIR|root/i.test(word) && saysPackage(word)),
  )
  return !isConfigured && !deeds.settings.some(({ texts }) => texts.some(saysPackage))
}

function isInstallation(program: string, args: readonly string[]): boolean {
  const plain = args.filter((word) => !word.startsWith('-') && !word.includes('='))
  switch (program) {
    case 'make':
    case 'gmake':
    case 'ninja':
    case 'samu':
      return plain.some((word) => /^install(?:[-_/].*)?$/.test(word))
    case 'meson':
      return plain[0] === 'install'
    case 'cmake':
      return (
        args[0] === '--install' ||
        (args[0] === '--build' &&
          args.some((word, index) => word === 'install' && /^(?:-t|--target)$/.test(args[index - 1] ?? '')))
      )
    case 'cargo':
      return plain[0] === 'install'
    case 'python':
    case 'python3':
      return (
        (plain[0] === 'setup.py' && plain[1] === 'install') || (args[0] === '-m' && args[1] === 'installer')
      )
    case 'npm':
      return (
        /^(?:i|install)$/.test(plain[0] ?? '') && args.some((word) => word === '-g' || word === '--global')
      )
    default:
      return false
  }
}
