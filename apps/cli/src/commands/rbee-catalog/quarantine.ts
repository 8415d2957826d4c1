import { releaseCommand } from '../../withdraw/release-command.ts'

export default releaseCommand({
  scope: 'operator',
  change: (client, name, reason) => client.changeRelease('quarantine', name, reason),
  view: ({ worker, version, quarantined }) =>
    `${worker} ${version} may not run anywhere any more: ${quarantined}`,
})
