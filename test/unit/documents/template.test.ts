import assert from "node:assert/strict";
import { Markdown } from "../../../src/documents/markdown.ts";
import { renderTemplate, type Variables } from "../../../src/documents/template.ts";
import { HumanError } from "../../../src/domain/text/humanError.ts";

const PATH = ".dropclock/templates/postmortem.md";
const VARIABLES: Variables = {
  now: "2026-11-23T10:04:00.000Z",
  incident: { title: "<b>|</b> [x](command:y)", openedAt: "2026-11-23T10:04:00.000Z" },
  clocks: [{ title: "Detect", verdict: "met", taken: 720_000 }],
  table: new Markdown("| a |\n| - |"),
  nothing: null,
};

const render = (text: string) => renderTemplate({ path: PATH, text }, VARIABLES).trimEnd();

function problem(text: string): string {
  try {
    render(text);
  } catch (error) {
    assert.ok(error instanceof HumanError, String(error));
    assert.equal(error.kind, "usage");
    assert.doesNotMatch(error.message, /\n/);
    return error.message;
  }
  throw new Error(`no error: ${text.slice(0, 80)}`);
}

describe("a template prints", () => {
  it("every value as inert text, whatever filter or tag it went through", () => {
    const inert = "&lt;b\\>\\|&lt;/b\\> \\[x\\](command\\:y)";
    assert.equal(render("{{ incident.title }}"), inert);
    assert.equal(render("{{ incident.title | strip | append: '' }}"), inert);
    assert.equal(render("{% assign t = incident.title %}{{ t }}"), inert);
    assert.equal(render("{% liquid\necho incident.title %}"), inert);
    assert.equal(render("{% cycle incident.title, 'b' %}"), inert);
    assert.equal(render("{{ 'PHNjcmlwdD4=' | base64_decode }}"), "&lt;script\\>");
    assert.equal(render("{{ incident.title | json }}"), '"&lt;b\\>\\|&lt;/b\\> \\[x\\](command\\:y)"');
  });

  it("captured text once, not escaped twice", () => {
    const captured = "{% capture t %}**{{ incident.title }}**{% endcapture %}";
    assert.equal(render(`${captured}{{ t }}`), "**&lt;b\\>\\|&lt;/b\\> \\[x\\](command\\:y)**");
    assert.equal(render("{% capture t %}{% endcapture %}{% if t == '' %}empty{% endif %}"), "empty");
  });

  it("as it stands only what was said to be raw, and our own Markdown", () => {
    assert.equal(render("{{ incident.title | raw }}"), "<b>|</b> [x](command:y)");
    assert.equal(render("{{ table }}"), "| a |\n| - |");
    assert.equal(render("{% liquid\necho table %}"), "| a |\n| - |");
  });

  it("instants in UTC or in a zone, and spans in words", () => {
    assert.equal(render("{{ now | instant }}"), "2026-11-23 10:04 UTC");
    assert.equal(render('{{ now | instant: "Europe/Oslo" }}'), "2026-11-23 11:04 Europe/Oslo");
    assert.equal(render("{{ now | date }}"), "2026-11-23");
    assert.equal(render('{{ now | date: "%A %e %B %Y", "Asia/Tokyo" }}'), "Monday 23 November 2026");
    assert.equal(render("{{ clocks[0].taken | duration }}"), "12m");
    assert.equal(render('{{ nothing | instant | default: "—" }}{{ nothing | duration }}'), "—");
  });

  it("the same with Windows' line ends and a byte order mark", () => {
    assert.equal(render("\ufeffa\r\n{{ now | date }}\r\n"), "a\n2026-11-23");
  });
});

describe("a template that is broken names its line and column", () => {
  const cases: [string, string, string][] = [
    [
      "an unknown variable",
      "# A\n\n{{ incident.titel }}",
      ":3:4: there is no “incident.titel”; did you mean “incident.title”?",
    ],
    [
      "in a loop",
      "{% for c in clocks %}\n {{ c.verdit }}{% endfor %}",
      ":2:5: there is no “c.verdit”; did you mean “c.verdict”?",
    ],
    [
      "an unknown filter",
      "a\n{{ now | instnt }}",
      ":2:1: there is no filter “instnt”; did you mean “instant”?",
    ],
    ["an unknown tag", "a\n  {% fro c in clocks %}", ":2:3: there is no tag “fro”; did you mean “for”?"],
    ["a tag that is left open", "a\n\n{% if now %}b", ":3:1: tag {% if now %} not closed."],
    ["an output that is left open", "a {{ now", ':1:3: output "{{ now" not closed.'],
    [
      "a wrong zone",
      '{{ now | instant: "Oslo/Europe" }}',
      ':1:1: “Oslo/Europe” is no time zone; write one such as "Europe/Oslo".',
    ],
    ["a wrong date pattern", '{{ now | date: "%Q" }}', ":1:1: a date has no “%Q”; use %Y"],
    ["what is no instant", "{{ incident.title | instant }}", ":1:1: this is no instant"],
    [
      "several values at once",
      "x\n{{ incident }}",
      ":2:1: this is not one value but several; print one of its fields: title, openedAt.",
    ],
    [
      "another file",
      '{% include "/etc/passwd" %}',
      ":1:1: “include” cannot be used: a template is one file; copy the part into it.",
    ],
    [
      "an open link target",
      "a\n[x]({{ incident.title }})",
      ":2:5: a value at the start of a link's target needs “| url”",
    ],
  ];
  for (const [name, text, message] of cases) {
    it(name, () => {
      assert.ok(problem(text).startsWith(PATH + message), problem(text));
    });
  }

  it("and a link's target that is safe passes", () => {
    assert.equal(
      render("[x]({{ incident.title | url }})"),
      "[x](%3Cb%3E%7C%3C/b%3E%20%5Bx%5D%28command%3Ay%29)",
    );
    assert.equal(render("[x](docs/{{ now | date }}.md)"), "[x](docs/2026-11-23.md)");
  });
});

describe("a template cannot", () => {
  it("run for ever", function () {
    this.timeout(10_000);
    const loop = (body: string) => `{% for a in (1..1000) %}${body}{% endfor %}`;
    assert.match(problem(loop(loop(loop("")))), /takes over two seconds|too long/);
  });

  it("explode", () => {
    const doubled = (body: string) => `{% assign x = "0123456789" %}${body.repeat(60)}`;
    for (const text of [
      "{% for a in (1..100000000) %}{{ a }}{% endfor %}",
      doubled("{% assign x = x | append: x %}"),
      doubled("{% capture x %}{{ x }}{{ x }}{% endcapture %}"),
      doubled("{% capture x %}{{ x | raw }}{{ x | raw }}{% endcapture %}"),
      doubled("{% assign x = x | replace: '0', x %}"),
      `{% for a in (1..2000) %}{% for b in (1..1000) %}${"x".repeat(9000)}{% endfor %}{% endfor %}`,
    ]) {
      assert.match(problem(text), /too much text|over 1 MB/, text.slice(0, 60));
    }
    assert.match(problem("x".repeat(200_001)), /longer than 200,000 characters/);
    assert.match(
      problem("x".repeat(150_000).concat("{{ now }}").padEnd(199_999, "{% if now %}")),
      /not closed|nested/,
    );
    assert.match(problem(`{% for a in (1..20) %}${"x".repeat(60_000)}{% endfor %}`), /over 1 MB/);
  });

  it("ask the machine's clock or dice, or reach what is not its own", () => {
    assert.match(problem('{{ "now" | date }}'), /“now” is a variable here/);
    assert.match(problem("{{ clocks | sample }}"), /no filter “sample”/);
    for (const name of [
      "constructor",
      "incident.constructor",
      "incident.__proto__",
      "globalThis",
      "process",
    ]) {
      assert.match(problem(`{{ ${name} }}`), /there is no “/);
    }
  });
});
