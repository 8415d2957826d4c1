import type { BuildFacts } from '@rbee/provenance'
import { countChanges, isUnborn, openRepository, type Repository } from '@rbee/sources'
import type { CommandContext } from '../../program/command.ts'
import { isWorkflowRun } from '../workflow-identity/runner.ts'

/** What a run of `rbee-publish` can say of itself before it has built anything. */
export type RunFacts = Pick<BuildFacts, 'source' | 'builder' | 'invocation'>

/** Builds on a machine of which nothing is known but that its user has the publisher's key. */
const LOCAL_MACHINE = 'https://rbee.dev/docs/provenance/local-machine/v1'
const NO_SOURCE: BuildFacts['source'] = { repository: null, ref: null, commit: null, changed: null }

/**
 * Collects where a worker's folder comes from and what builds it: the Git repository around the folder, and the run of
 * GitHub Actions where there is one (https://docs.github.com/actions/reference/variables-reference). All of this is the
 * publisher's word; the signature says whose.
 */
export async function collectFacts(folder: string, context: CommandContext): Promise<RunFacts> {
  return { source: await readSource(folder, context), ...describeBuilder(context) }
}

async function readSource(folder: string, context: CommandContext): Promise<BuildFacts['source']> {
  const options = { searchPath: context.env.PATH, signal: context.signal }
  if (await isUnborn(folder, options)) return NO_SOURCE
  const repository = await openRepository(folder, null, options)
  if (repository === null) return NO_SOURCE
  try {
    const changes = await countChanges(repository)
    return {
      repository: repository.url,
      ref: refOf(repository, context),
      commit: repository.commit,
      changed: changes === null ? null : changes > 0,
    }
  } finally {
    await repository.close()
  }
}

/** A workflow checks out a commit without a branch, and says what it was started for. */
function refOf({ branch }: Repository, context: Pick<CommandContext, 'env'>): string | null {
  if (isWorkflowRun(context) && context.env.GITHUB_REF) return context.env.GITHUB_REF
  return branch === null ? null : `refs/heads/${branch}`
}

function describeBuilder(context: CommandContext): Pick<BuildFacts, 'builder' | 'invocation'> {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT, GITHUB_WORKFLOW_REF } =
    context.env
  if (!isWorkflowRun(context) || !GITHUB_SERVER_URL || !GITHUB_REPOSITORY || !GITHUB_RUN_ID) {
    return { builder: LOCAL_MACHINE, invocation: null }
  }
  const repository = `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}`
  return {
    builder: GITHUB_WORKFLOW_REF ? `${GITHUB_SERVER_URL}/${GITHUB_WORKFLOW_REF}` : repository,
    invocation: `${repository}/actions/runs/${GITHUB_RUN_ID}/attempts/${GITHUB_RUN_ATTEMPT ?? '1'}`,
  }
}
