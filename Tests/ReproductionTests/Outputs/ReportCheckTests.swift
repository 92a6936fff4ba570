import Foundation
import Report
import Testing

@testable import Reproduction

@Suite struct ReportCheckTests {
  static let page = PageSeal.sealed(
    ReportPage(
      title: "t",
      sections: [.init("One", [.paragraph("first"), .selfCheck("x")]), .init("Two", [.paragraph("second")])]
    ).html())

  @Test func aWholePage() {
    let check = ReportCheck(page: Self.page, named: "index.html", expected: Self.page)
    #expect(check.problems == [] && check.parts > 4 && check.isHeldAgainstCache)
    #expect(check.text.contains("the cache would lay out the same bytes"))
    #expect(!ReportCheck(page: Self.page, named: "index.html", expected: nil).isHeldAgainstCache)
  }

  @Test func aChangedByteIsNamed() {
    let changed = Self.page.replacing("second", with: "secont")
    let problems = ReportCheck(page: changed, named: "index.html", expected: Self.page).problems
    #expect(problems.count == 2 && problems.allSatisfy { $0.contains("“Section 2, Two”") }, "\(problems)")
  }

  /// A page that was sealed anew after somebody changed it is whole in itself, and not what the cache has.
  @Test func aForgedSeal() throws {
    let forged = PageSeal.sealed(
      ReportPage(
        title: "t",
        sections: [.init("One", [.paragraph("forged"), .selfCheck("x")]), .init("Two", [.paragraph("second")])]
      ).html())
    #expect(ReportCheck(page: forged, named: "index.html", expected: nil).problems == [])
    let problems = ReportCheck(page: forged, named: "index.html", expected: Self.page).problems
    #expect(problems == ["“Section 1, One” is not what the cache has now."])
  }

  @Test func aByteOutsideOfTheParts() {
    let changed = Self.page.replacing("<!DOCTYPE html>", with: "<!DOCTYPE HTML>", maxReplacements: 1)
    let problems = ReportCheck(page: changed, named: "index.html", expected: Self.page).problems
    #expect(problems.count == 1 && problems[0].contains("first at byte 10,"), "\(problems)")
  }
}
