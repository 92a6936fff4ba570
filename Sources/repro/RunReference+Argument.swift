import ArgumentParser
import Pipeline

extension RunReference: ExpressibleByArgument {
  public init?(argument: String) {
    self.init(argument)
  }

  static let help = "a number, last, or last~N for the Nth before the last"
}
