export function EditorPage({ id }: { id: string }) {
  return <h1>Workflow {id}</h1>
}
