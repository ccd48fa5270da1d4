/** The resources of the school (MCP, Resources), with templates, completion of their variables, and subscriptions. */
import {
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  ResourceTemplate,
} from '@modelcontextprotocol/server'
import { needs } from '../authentication/scope.ts'
import { schoolIcons } from '../icons.ts'
import { completing } from '../visit/completion.ts'
import type { Offer } from '../visit/offer.ts'
import { protocolError, type Visit } from '../visit/visit.ts'
import { contentOf } from './content.ts'
import { JSON_TYPE, resourceList, studentIdsFor } from './resource-list.ts'
import { SchoolTemplate } from './school-template.ts'
import { ARMY_TEMPLATE, STANDINGS, STUDENT_TEMPLATE, targetOf } from './school-uri.ts'

const common = {
  mimeType: JSON_TYPE,
  icons: schoolIcons,
  scopeChallenge: needs(['school:read']),
}
const standings = {
  ...common,
  title: 'Standings',
  description: 'All armies by their record of battles, the best first.',
}
const army = {
  ...common,
  title: 'Army',
  description: 'Commander, record of battles, known tactics and soldiers of an army, by its name.',
}
const student = {
  ...common,
  title: 'Student',
  description:
    'A student’s record, by student id: one’s own whole, another’s name, army, rank and specialization.',
}

const armyTemplate = new SchoolTemplate(ARMY_TEMPLATE, 'army')
const studentTemplate = new SchoolTemplate(STUDENT_TEMPLATE, 'student')

export const schoolResources: Offer = {
  kind: 'resource',
  name: 'school',
  audience: 'all',
  register(server, visit) {
    const read = async (uri: URL) => {
      const content = await contentAt(uri.href, visit)
      const text = JSON.stringify(content.value)
      return { contents: [{ uri: content.uri, mimeType: JSON_TYPE, text }] }
    }
    const armies = completing(visit, () => visit.school.armyNames())
    const students = completing(visit, () => studentIdsFor(visit))
    server.registerResource('standings', STANDINGS, standings, read)
    server.registerResource('army', template(armyTemplate, { name: armies }), army, read)
    server.registerResource('student', template(studentTemplate, { id: students }), student, read)

    const { server: requests } = server
    requests.setRequestHandler('resources/list', async ({ params }) => {
      try {
        return await resourceList(params?.cursor, visit)
      } catch (error) {
        throw protocolError(error, visit)
      }
    })
    // Where changes are not told, the methods do not exist.
    if (requests.getCapabilities().resources?.subscribe !== true) return
    requests.setRequestHandler('resources/subscribe', async ({ params }) => {
      const { uri } = await contentAt(params.uri, visit)
      if (uri === params.uri) return {}
      const advice = `Changes of this resource are told under ${uri}: subscribe to that.`
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, advice)
    })
    // What is no longer there can be unsubscribed from all the same.
    requests.setRequestHandler('resources/unsubscribe', ({ params }) => {
      if (targetOf(params.uri) === undefined) throw new ResourceNotFoundError(params.uri)
      return {}
    })
  },
}

async function contentAt(uri: string, visit: Visit) {
  try {
    return await contentOf(uri, visit)
  } catch (error) {
    throw protocolError(error, visit)
  }
}

type Completions = Record<string, ReturnType<typeof completing>>

function template(uri: SchoolTemplate, completions: Completions): ResourceTemplate {
  // Without a prototype, because the SDK looks up whatever variable a client names.
  const complete: Completions = Object.assign(Object.create(null), completions)
  return new ResourceTemplate(uri, { list: undefined, complete })
}
