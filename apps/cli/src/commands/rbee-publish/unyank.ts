import { releaseCommand } from '../../withdraw/release-command.ts'

export default releaseCommand({
  scope: 'publish',
  change: (client, name, reason) => client.changeRelease('unyank', name, reason),
  view: ({ worker, version }) => `${worker} ${version} is offered again`,
})
