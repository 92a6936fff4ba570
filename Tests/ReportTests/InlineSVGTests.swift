import Testing

@testable import Report

@Suite struct InlineSVGTests {
  @Test func idsGetThePrefix() {
    let svg = InlineSVG(
      """
      <?xml version="1.0"?><!DOCTYPE svg><!-- <svg> --><svg aria-labelledby="t u" role='img'><title id="t">a &lt; b</title>
      <g clip-path="url(#c)" fill='url(#f)'><use xlink:href="#c"/><image href="data:image/png;base64,AA=="/></g></svg><p>
      """, prefix: "x-"
    ).markup
    #expect(svg.hasPrefix("<svg aria-labelledby=\"x-t x-u\" role=\"img\">"))
    #expect(svg.hasSuffix("</svg>"))
    #expect(svg.contains("<title id=\"x-t\">a &lt; b</title>"))
    #expect(svg.contains("clip-path=\"url(#x-c)\" fill=\"url(#x-f)\""))
    #expect(svg.contains("<use xlink:href=\"#x-c\"/><image href=\"data:image/png;base64,AA==\"/>"))
  }

  @Test(arguments: [
    "<script>alert(1)</script>", "<script href=\"x\"/>", "<foreignObject><b>x</b></foreignObject>",
    "<g onload=\"alert(1)\" ONCLICK=x></g>", "<a href=\"javascript:alert(1)\"><text>x</text></a>",
    "<image href=\"https://example.org/x.png\"/>", "<style>@import 'https://example.org'</style>",
    "<g style=\"fill: url(https://example.org/x)\"/>", "<g fill=\"URL( https://example.org)\"/>",
    "<![CDATA[<script>alert(1)</script>]]>", "<SCRIPT>alert(1)</SCRIPT>", "<g x=\"<script>\"/>",
    "<script><script></script>alert(1)</script>", "<g a='\" onload=\"alert(1)'/>", "<x/onload=alert(1)>",
    "<use href=\"data:image/svg+xml,&lt;script>\"/>",
  ])
  func nothingRunsOrLoads(content: String) {
    let svg = InlineSVG("<svg>\(content)<circle r=\"1\"/></svg>", prefix: "p-").markup
    #expect(svg.hasPrefix("<svg>") && svg.contains("<circle r=\"1\"/>") && svg.hasSuffix("</svg>"))
    for bad in [
      "<script", "<SCRIPT", "javascript:", "example.org", " onload=\"", " ONCLICK", "foreignObject", "svg+xml",
    ] {
      #expect(!svg.contains(bad), "\(bad) in \(svg)")
    }
  }

  @Test(arguments: [
    "", "no drawing", "<p>x</p>", "<svg", "<svg a", "<svg a=", "<svg a=\"", "<", "</", "<!--", "<svg =\"1\">", "<svg/>",
  ])
  func malformedSourcesEnd(source: String) {
    #expect(!InlineSVG(source, prefix: "p-").markup.contains("<p>"))
  }

  @Test func labelReplacesItsOwn() {
    let svg = InlineSVG("<svg role=\"x\" aria-label=\"old\"></svg>", prefix: "p-", label: "\"new\"").markup
    #expect(svg == "<svg role=\"img\" aria-label=\"&quot;new&quot;\"></svg>")
  }
}
