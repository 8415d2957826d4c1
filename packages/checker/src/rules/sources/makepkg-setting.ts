import type { Problem, Rule } from '../../rule.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'
import { inDeeds } from '../../worker/script-problems.ts'

/** Variables whose values makepkg, the shell or the linker run, or by which they find what they run. */
const OBEYED =
  /^(?:COMPRESS[A-Z0-9]+|PACMAN(?:_AUTH)?|VCSCLIENTS|PATH|BASH_ENV|ENV|SHELL|IFS|PS[0-4]|PROMPT_COMMAND|LD_[A-Z_]+|DYLD_[A-Z_]+|GIT_(?:SSH(?:_COMMAND)?|ASKPASS|EXTERNAL_DIFF|PAGER|EDITOR|EXEC_PATH|CONFIG.*|PROXY_COMMAND)|SSH_ASKPASS|HOME|TMPDIR|BUILDDIR|PKGDEST|SRCDEST|SRCPKGDEST|LOGDEST|MAKEPKG_[A-Z_]+|LIBRARY|BUILDTOOL|PAGER|EDITOR|PYTHONSTARTUP|NODE_OPTIONS|PERL5OPT|RUBYOPT|BUILDENV|OPTIONS|PKGEXT|SRCEXT|GPGKEY|PACKAGER|INTEGRITY_CHECK|SKIP(?:CHECKSUMS|PGPCHECK|INTEG)|NODEPS|STRIP_[A-Z]+|PURGE_TARGETS|CHOST|startdir|srcdir|pkgdir|pkgdirbase|BASH_(?:CMDS|ALIASES))$/

/** Of those, what makes other programs run something also inside of a function. */
const RUN_ANYWHERE =
  /^(?:BASH_ENV|ENV|PROMPT_COMMAND|PS4|LD_(?:PRELOAD|AUDIT)|DYLD_INSERT_LIBRARIES|GIT_(?:SSH(?:_COMMAND)?|ASKPASS|EXTERNAL_DIFF|PAGER|EDITOR|EXEC_PATH|CONFIG.*|PROXY_COMMAND)|SSH_ASKPASS|PYTHONSTARTUP|PERL5OPT|RUBYOPT|BASH_(?:CMDS|ALIASES))$/
/** Everybody on the machine may put programs there. */
const PUBLIC_FOLDER = /(?:^|:)\/(?:tmp|var\/tmp|dev\/shm)(?:[/:]|$)/
/** Options of Node that load a module; the others are ordinary. */
const LOADING = /(?:^|\s)(?:-r|--require|--import|--loader|--experimental-loader)\b/

/** makepkg reads a PKGBUILD into its own process: what the file sets at its top is set for makepkg as well. */
export const makepkgSetting: Rule<CheckedWorker> = {
  id: 'makepkg-setting',
  severity: 'error',
  summary: 'no PKGBUILD changes how makepkg and the shell themselves work',
  check: (worker): readonly Problem[] =>
    inDeeds(worker, ({ settings }) =>
      settings
        .filter(({ name, texts, place }) =>
          place.within === null
            ? OBEYED.test(name)
            : RUN_ANYWHERE.test(name) ||
              (name === 'PATH' && texts.some((text) => PUBLIC_FOLDER.test(text))) ||
              (name === 'NODE_OPTIONS' && texts.some((text) => LOADING.test(text))),
        )
        .map(({ name, place }) => ({
          line: place.line,
          reason: `${name} is a setting of makepkg or of the shell`,
          cure: 'take it out; what is harmless may be set inside the function that needs it',
        })),
    ),
}
