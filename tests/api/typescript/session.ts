// A first session as a front end would write it: an account, a project, a code, a document, its spans.

import createClient, { type Middleware } from "openapi-fetch";

import type { components, paths } from "./schema.js";

declare const process: { argv: string[]; exitCode: number };

const [, , baseUrl = ""] = process.argv;
const api = createClient<paths>({ baseUrl });

function must<T>(answer: { data?: T; error?: components["schemas"]["Problem"] | undefined; response: Response }): T {
  if (answer.error !== undefined) throw new Error(`${answer.error.status} ${answer.error.detail}`);
  if (!answer.response.ok) throw new Error(answer.response.statusText);
  return answer.data as T;
}

const me = { email: "ada@example.org", first_name: "Ada", last_name: "Lovelace", password: "correct horse battery" };
must(await api.POST("/authentication/register", { body: me }));
const session = must(
  await api.POST("/authentication/login", {
    body: { username: me.email, password: me.password },
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
  }),
);
const bearer: Middleware = {
  onRequest({ request }) {
    request.headers.set("Authorization", `Bearer ${session.access_token}`);
  },
};
api.use(bearer);

const project = must(await api.POST("/project", { body: { title: "Letters from the front" } }));
const made = await api.POST("/code", {
  body: { name: "joy", project_id: project.id },
  params: { header: { "Idempotency-Key": "first-code" } },
});
const code: components["schemas"]["CodeRead"] = must(made);

const form = new FormData();
form.append("uploaded_files", new Blob(["It rained all day."]), "rain.txt");
const upload = must(
  await api.POST("/docprocessing/project/{proj_id}/upload", {
    params: { path: { proj_id: project.id } },
    body: { uploaded_files: [] },
    bodySerializer: () => form,
  }),
);
const [document] = upload.accepted;
if (document === undefined) throw new Error("The document was refused.");
const spans = must(
  await api.GET("/span/sdoc/{sdoc_id}", { params: { path: { sdoc_id: document.sdoc_id }, query: { limit: 10 } } }),
);

const stale = await api.PATCH("/code/{code_id}", {
  params: { path: { code_id: code.id }, header: { "If-Match": '"7"' } },
  body: { name: "delight" },
});
const status: number | undefined = stale.error?.status;

// What the document does not have, the compiler does not take.
// @ts-expect-error: the parameter of the path is missing
const withoutPath = () => api.GET("/code/{code_id}", {});
// @ts-expect-error: a code has a name
const withoutName = () => api.POST("/code", { body: { project_id: project.id } });
// @ts-expect-error: it is called color
const misspelled = (): string => code.colour;

console.log(
  JSON.stringify({
    title: project.title,
    code: code.name,
    document: document.filename,
    spans: spans.length,
    etag: made.response.headers.get("ETag"),
    status,
    unused: [withoutPath, withoutName, misspelled].length,
  }),
);
