import type { VariantDocument } from '@rbee/schema'
import { archiveFor, type ChosenArchive } from './artifact.ts'
import type { Candidate } from './candidate.ts'
import { chooseGpu } from './gpu/choose-gpu.ts'
import { checkDisk, checkMemory } from './requirements/capacity.ts'
import { checkCpuFeatures } from './requirements/cpu-features.ts'
import { checkLibc } from './requirements/libc.ts'
import { checkArch, checkOs, missingArtifact } from './requirements/platform.ts'
import { checkQuarantine, checkSelfTest, checkYank } from './requirements/release-state.ts'
import type { Unmet } from './unmet.ts'

/** Whether a variant can be installed on a host: on which GPU and with which bytes (none for a source build), or what stands against it. */
export type Verdict =
  | {
      readonly fits: true
      readonly variant: VariantDocument
      readonly gpu: number | null
      readonly bytes: ChosenArchive | null
    }
  | { readonly fits: false; readonly variant: VariantDocument; readonly unmet: Unmet }

type Check = (candidate: Candidate) => Unmet | null

/** What no change to the host can cure: reported before anything else. */
const RELEASE_CHECKS: readonly Check[] = [checkQuarantine, checkYank, checkOs, checkArch]

/** What is asked of the machine around the GPU. The GPU goes first: it is the usual reason, and the one worth reading. */
const HOST_CHECKS: readonly Check[] = [checkLibc, checkCpuFeatures, checkMemory, checkDisk, checkSelfTest]

/** Holds one variant against one host; of several shortfalls the first in the order of the checks is told. */
export function judgeVariant(candidate: Candidate): Verdict {
  const { variant, profile } = candidate
  const reject = (unmet: Unmet): Verdict => ({ fits: false, variant, unmet })

  const ofRelease = firstUnmet(RELEASE_CHECKS, candidate)
  if (ofRelease) return reject(ofRelease)
  const bytes = candidate.fromSource ? null : archiveFor(candidate)
  if (bytes === null && !candidate.fromSource) return reject(missingArtifact(candidate))
  const choice = chooseGpu(variant, profile)
  if (!choice.fits) return reject(choice.unmet)
  const ofHost = firstUnmet(HOST_CHECKS, candidate)
  if (ofHost) return reject(ofHost)
  return { fits: true, variant, gpu: choice.gpu, bytes }
}

function firstUnmet(checks: readonly Check[], candidate: Candidate): Unmet | null {
  for (const check of checks) {
    const unmet = check(candidate)
    if (unmet) return unmet
  }
  return null
}
