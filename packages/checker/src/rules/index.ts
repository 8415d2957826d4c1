import type { SourceAttempt } from '../online/fetch-sources.ts'
import type { Rule } from '../rule.ts'
import type { Submission } from '../submission.ts'
import type { CheckedWorker } from '../worker/checked-worker.ts'
import { manifestConflict } from './manifest/conflict.ts'
import { manifestInvalid } from './manifest/invalid.ts'
import { licenseInvalid } from './manifest/licence.ts'
import { licenseFileMissing } from './manifest/licence-file.ts'
import { manifestMissing } from './manifest/missing.ts'
import { manifestSyntax } from './manifest/syntax.ts'
import { manifestUnknownField } from './manifest/unknown-field.ts'
import { nameInvalid } from './names/invalid.ts'
import { nameReserved } from './names/reserved.ts'
import { nameTaken } from './names/taken.ts'
import { nameTooSimilar } from './names/too-similar.ts'
import { downloadFailed } from './online/failed.ts'
import { sumMismatch } from './online/mismatch.ts'
import { hostPrivate } from './online/private.ts'
import { hostUnresolved } from './online/unresolved.ts'
import { binaryMissing } from './platforms/binary.ts'
import { platformMismatch } from './platforms/mismatch.ts'
import { credentialRead } from './script/credential-read.ts'
import { evalCommand } from './script/eval.ts'
import { hiddenCommand } from './script/hidden-command.ts'
import { packageNetwork } from './script/package-network.ts'
import { pipeToShell } from './script/pipe-to-shell.ts'
import { pkgbuildInvalid } from './script/pkgbuild-invalid.ts'
import { privilege } from './script/privilege.ts'
import { replacedCommand } from './script/replaced-commands.ts'
import { service } from './script/service.ts'
import { setuid } from './script/setuid.ts'
import { topLevelCommand } from './script/top-level-command.ts'
import { unlistedDownload } from './script/unlisted-download.ts'
import { scriptUnreadable } from './script/unreadable.ts'
import { writeOutside } from './script/write-outside.ts'
import { sourceAddress } from './sources/address.ts'
import { sourceConfusable } from './sources/confusable-host.ts'
import { downloadAgent } from './sources/download-agent.ts'
import { installScript } from './sources/install-script.ts'
import { sourceKey } from './sources/key-in-address.ts'
import { makepkgSetting } from './sources/makepkg-setting.ts'
import { sourcePath } from './sources/path.ts'
import { sourceScheme } from './sources/scheme.ts'
import { sumsMalformed } from './sources/sums-malformed.ts'
import { sumsMissing } from './sources/sums-missing.ts'
import { sumsSkip } from './sources/sums-skip.ts'
import { sourceUnknown } from './sources/unknown.ts'
import { sourceUser } from './sources/user-part.ts'
import { submissionCi } from './submission/ci-files.ts'
import { submissionDowngrade } from './submission/downgrade.ts'
import { submissionForeign } from './submission/foreign.ts'
import { submissionMoved } from './submission/moved.ts'
import { submissionOfficial } from './submission/official.ts'
import { submissionOutside } from './submission/outside.ts'
import { submissionRewritten } from './submission/rewritten.ts'
import { submissionSeveral } from './submission/several.ts'
import { submissionUnowned } from './submission/unowned.ts'
import { caseClash } from './texts/case-clash.ts'
import { bidiCharacter } from './texts/direction.ts'
import { gitAttributes } from './texts/git-attributes.ts'
import { invisibleCharacter } from './texts/invisible.ts'
import { fileLink } from './texts/link.ts'
import { fileNotUtf8 } from './texts/not-utf8.ts'
import { pathUnusable } from './texts/path-unusable.ts'
import { submodule } from './texts/submodule.ts'
import { fileTooLarge } from './texts/too-large.ts'
import { versionInvalid } from './versions/invalid.ts'
import { versionMismatch } from './versions/mismatch.ts'
import { versionMissing } from './versions/missing.ts'

/** What texts tell without the folder that they lie in. */
export const TEXT_RULES: readonly Rule<CheckedWorker>[] = [
  sourceAddress,
  sourceConfusable,
  downloadAgent,
  installScript,
  sourceKey,
  makepkgSetting,
  sourceScheme,
  sumsMalformed,
  sumsMissing,
  sumsSkip,
  sourceUser,
  credentialRead,
  evalCommand,
  hiddenCommand,
  packageNetwork,
  pipeToShell,
  pkgbuildInvalid,
  privilege,
  replacedCommand,
  service,
  setuid,
  topLevelCommand,
  unlistedDownload,
  writeOutside,
  bidiCharacter,
  invisibleCharacter,
]

/** What is asked of every worker. */
export const WORKER_RULES: readonly Rule<CheckedWorker>[] = [
  manifestConflict,
  manifestInvalid,
  licenseFileMissing,
  licenseInvalid,
  manifestMissing,
  manifestSyntax,
  manifestUnknownField,
  nameInvalid,
  nameReserved,
  nameTaken,
  nameTooSimilar,
  versionInvalid,
  versionMismatch,
  versionMissing,
  binaryMissing,
  platformMismatch,
  sourcePath,
  sourceUnknown,
  scriptUnreadable,
  caseClash,
  gitAttributes,
  fileLink,
  fileNotUtf8,
  pathUnusable,
  submodule,
  fileTooLarge,
  ...TEXT_RULES,
]

/** What is asked of a submission, where the commit is known that it sets out from. */
export const SUBMISSION_RULES: readonly Rule<Submission>[] = [
  submissionCi,
  submissionDowngrade,
  submissionForeign,
  submissionMoved,
  submissionOfficial,
  submissionOutside,
  submissionRewritten,
  submissionSeveral,
  submissionUnowned,
]

/** What is asked of sources that were looked up and downloaded. */
export const ONLINE_RULES: readonly Rule<readonly SourceAttempt[]>[] = [
  hostUnresolved,
  hostPrivate,
  downloadFailed,
  sumMismatch,
]
