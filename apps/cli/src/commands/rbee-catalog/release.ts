import { releaseCommand } from '../../withdraw/release-command.ts'

export default releaseCommand({
  scope: 'operator',
  change: (client, name, reason) => client.changeRelease('release', name, reason),
  view: ({ worker, version }) => `${worker} ${version} is not quarantined any more`,
})
