// Turns an analysed ticket and what is known about the customer into a recommendation. Every rule that applies says
// so in `reasons`; `confidence` grows with the evidence.

const PLAYBOOK = {
  access: {
    recommendation: "Verify the requester's identity, then reset the sign-in and check for a lockout.",
    steps: ["Verify the requester through a second channel", "Check the sign-in log for lockouts and failed attempts",
      "Send a one-time reset link and confirm that it works"],
    owner: "Service desk",
  },
  billing: {
    recommendation: "Compare the invoice with the order history and correct the difference.",
    steps: ["Compare the amounts in the ticket with the customer's orders", "Correct the invoice or explain it line by line",
      "Confirm the result to the customer in writing"],
    owner: "Billing",
  },
  network: {
    recommendation: "Collect connection logs and test the path between the site and the gateway.",
    steps: ["Ask for the exact times and locations of the drops", "Check gateway health and recent changes",
      "Switch the user to the second gateway and watch for a day"],
    owner: "Network operations",
  },
  hardware: {
    recommendation: "Diagnose the device remotely and send a replacement if it is faulty.",
    steps: ["Ask for model and serial number", "Run the vendor's diagnosis remotely", "Order a replacement if the diagnosis fails"],
    owner: "Workplace",
  },
  software: {
    recommendation: "Reproduce the fault on the customer's version and offer a workaround until it is fixed.",
    steps: ["Ask for version, steps and a screenshot", "Reproduce the fault on a test system", "Send a workaround, then file the defect"],
    owner: "Application support",
  },
  security: {
    recommendation: "Treat this as a security incident: contain first, then investigate.",
    steps: ["Isolate the account or device now", "Revoke sessions and rotate credentials", "Hand over to the security team with a timeline"],
    owner: "Security",
  },
  other: {
    recommendation: "Ask the customer what they need before anything is changed.",
    steps: ["Ask one precise question about the goal and the last thing that worked", "Classify the ticket again with the answer"],
    owner: "Service desk",
  },
};

const HOURS = { critical: 1, high: 4, medium: 24, low: 72 };

/** Paid orders of the same product and amount that were placed at most three days apart. */
function doubleCharge(purchases) {
  const paid = purchases.filter((one) => one.status === "paid");
  for (const [index, first] of paid.entries()) {
    const twin = paid.slice(index + 1).find((other) => other.product === first.product && other.amount === first.amount &&
      other.currency === first.currency && Math.abs(Date.parse(other.ordered_on) - Date.parse(first.ordered_on)) <= 3 * 86_400_000);
    if (twin) return [twin, first];
  }
  return null;
}

function run(input) {
  const { category, priority, sentiment, tags, amounts, subject } = input;
  const { found, profile, purchases, support_history: history } = input.customer_360;
  const reasons = [];
  let { recommendation, steps, owner } = PLAYBOOK[category] ?? PLAYBOOK.other;
  steps = [...steps];
  let confidence = category === "other" ? 0.3 : 0.55;
  let escalate = false;
  let hours = HOURS[priority] ?? HOURS.medium;
  reasons.push(category === "other" ? "No known category matches the text." : `The text is about ${category}.`);

  if (subject === "") {
    recommendation = "Ask the customer to describe the problem: the ticket is empty.";
    steps = ["Reply with a request for a description", "Close after five days without an answer"];
    confidence = 0.1;
  }

  if (found) {
    confidence += 0.15;
    reasons.push(`${profile.name} is a customer since ${profile.since} on the ${profile.plan} plan.`);
    if (profile.status !== "active") {
      steps.unshift(`Check why the account is ${profile.status} before promising anything`);
      reasons.push(`The account is ${profile.status}.`);
    }
    if (profile.plan === "enterprise") {
      hours = Math.max(1, hours / 2);
      reasons.push("Enterprise customers are answered in half the time.");
    }
  } else {
    confidence -= 0.1;
    steps.unshift("Find out who the customer is: no record matches the ticket");
    reasons.push("No customer record matches.");
  }

  const earlier = history.filter((one) => one.category === category);
  if (earlier.length >= 2) {
    escalate = true;
    confidence += 0.05;
    steps.push(`Look for a common cause with ${earlier.map((one) => one.ticket_id).join(" and ")}`);
    reasons.push(`${earlier.length} earlier tickets are about ${category} as well.`);
  }
  if (tags.includes("repeat-contact")) {
    escalate = true;
    reasons.push("The customer writes about the same thing again.");
  }

  if (category === "billing") {
    const twins = doubleCharge(purchases);
    const matching = purchases.find((one) => amounts.some(({ value, currency }) => value === one.amount && currency === one.currency));
    const wantsMoney = tags.includes("refund") || tags.includes("double-charge");
    if (twins && wantsMoney) {
      const [first, second] = twins;
      recommendation = `Refund order ${second.order_id} (${second.amount} ${second.currency}): it was charged twice.`;
      steps = [`Refund ${second.order_id} and keep ${first.order_id}`, "Apologise and give the date the money arrives",
        "Tell engineering about the duplicate so that it is found in other accounts"];
      confidence += 0.25;
      reasons.push(`${first.order_id} and ${second.order_id} are the same product at the same price within three days.`);
    } else if (matching) {
      confidence += 0.15;
      reasons.push(`The amount matches order ${matching.order_id}.`);
      if (matching.status === "refunded") {
        recommendation = `Explain that order ${matching.order_id} was already refunded.`;
      } else if (tags.includes("refund")) {
        recommendation = `Check order ${matching.order_id} against the refund policy and decide within a day.`;
      }
    } else if (found && amounts.length > 0) {
      confidence -= 0.1;
      reasons.push("No order has the amount the customer names.");
    }
  }

  if (priority === "critical" || category === "security") {
    escalate = true;
    reasons.push(`Priority is ${priority}.`);
  }
  if (sentiment.label === "negative") {
    steps.unshift("Call the customer before writing");
    reasons.push("The customer is upset.");
    if (sentiment.score <= -0.6) escalate = true;
  }
  if (escalate) steps.push("Inform the team lead");

  const solution = {
    recommendation,
    confidence: Math.round(Math.max(0.05, Math.min(0.95, confidence)) * 100) / 100,
    next_steps: steps.map((action, index) => ({ order: index + 1, action, owner })),
    respond_within_hours: hours,
    escalate,
    reasons,
  };
  console.log(`${solution.next_steps.length} steps, confidence ${solution.confidence}`);
  return solution;
}
